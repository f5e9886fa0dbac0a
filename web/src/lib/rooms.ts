/** A seating plan as the page uses it: rows of seats from left to right, each seat by its name. */
import type { Schemas } from '@/api/client'

export type SeatCategory = Schemas['SeatCategory']

export interface RoomSeat {
  /** Row id and number, as the API names it: "F-12". */
  ref: string
  /** What a person reads: "F12". */
  label: string
  number: string
  position: number
  category: SeatCategory
  row: RoomRow
}

export interface RoomRow {
  id: string
  label: string
  /** From the screen, 0 first. */
  index: number
  /** From left to right. */
  seats: readonly RoomSeat[]
  /** Positions after which an aisle runs. */
  aisles: ReadonlySet<number>
}

export interface Room {
  rows: readonly RoomRow[]
  seats: ReadonlyMap<string, RoomSeat>
  /** Those that there are, usual ones first. */
  categories: readonly SeatCategory[]
}

export const CATEGORIES: readonly SeatCategory[] = ['standard', 'premium', 'recliner', 'loveseat', 'wheelchair', 'companion']

/** Places for wheelchair users and who comes with them stand outside the neighbour rule. */
export function isAccessible(category: SeatCategory): category is 'wheelchair' | 'companion' {
  return category === 'wheelchair' || category === 'companion'
}

export function roomOf(plan: Pick<Schemas['SeatingPlanOut'], 'rows'>): Room {
  const seats = new Map<string, RoomSeat>()
  const rows = plan.rows.map((from, index): RoomRow => {
    const row = { id: from.id, label: from.label, index, seats: [] as RoomSeat[], aisles: new Set(from.aisles ?? []) }
    for (const { number, position, category = 'standard' } of [...from.seats].sort((a, b) => a.position - b.position)) {
      const seat = { ref: `${from.id}-${number}`, label: from.label + number, number, position, category, row }
      row.seats.push(seat)
      seats.set(seat.ref, seat)
    }
    return row
  })
  const there = new Set([...seats.values()].map(({ category }) => category))
  return { rows, seats, categories: CATEGORIES.filter((each) => there.has(each)) }
}

/** Seats side by side with nothing between them, from left to right. */
export function runsOf(row: RoomRow): RoomSeat[][] {
  const runs: RoomSeat[][] = []
  for (const seat of row.seats) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run !== undefined && last?.position === seat.position - 1 && !row.aisles.has(last.position)) run.push(seat)
    else runs.push([seat])
  }
  return runs
}

/** These seats as people read them, row by row; three and more side by side as "E1–E9". */
export function spansOf(room: Room, refs: readonly string[]): string[] {
  const wanted = new Set(refs)
  return room.rows.flatMap((row) => runsOf(row).flatMap((run) => spansOfRun(run, wanted)))
}

function spansOfRun(run: readonly RoomSeat[], wanted: ReadonlySet<string>): string[] {
  const spans: string[][] = [[]]
  for (const { ref, label } of run) {
    if (wanted.has(ref)) spans.at(-1)?.push(label)
    else spans.push([])
  }
  return spans.flatMap((span) => (span.length < 3 ? span : [`${span[0] ?? ''}–${span.at(-1) ?? ''}`]))
}
