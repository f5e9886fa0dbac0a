/**
 * The neighbour rule: a hold leaves no single empty seat behind.
 *
 * A hold may not turn a free seat into one without a free neighbour, unless its run of free seats has exactly one seat more
 * than is taken from it. Neighbours are by position; an aisle or a gap ends a run; wheelchair and companion places are
 * nobody's neighbour. The server has the last word: this tells beforehand, and what to do.
 */
import { isAccessible, type Room, type RoomRow, type RoomSeat, runsOf } from './rooms'

export type IsFree = (seat: string) => boolean

/** The runs the rule looks at: cut at wheelchair and companion places as well. */
export function ruleRuns(row: RoomRow): RoomSeat[][] {
  return runsOf(row).flatMap((run) => {
    const parts: RoomSeat[][] = [[]]
    for (const seat of run) {
      if (isAccessible(seat.category)) parts.push([])
      else parts.at(-1)?.push(seat)
    }
    return parts.filter((part) => part.length > 0)
  })
}

/** The seats of a row that taking `taken` would leave alone against the rule. */
export function leftAlone(row: RoomRow, taken: ReadonlySet<string>, isFree: IsFree): string[] {
  return ruleRuns(row).flatMap((run) => freeRuns(run, isFree).flatMap((free) => aloneIn(free, taken)))
}

/** The same of a whole room. */
export function leftAloneIn(room: Room, taken: ReadonlySet<string>, isFree: IsFree): string[] {
  const rows = new Set([...taken].flatMap((ref) => room.seats.get(ref)?.row ?? []))
  return [...rows].flatMap((row) => leftAlone(row, taken, isFree))
}

function freeRuns(run: readonly RoomSeat[], isFree: IsFree): RoomSeat[][] {
  const found: RoomSeat[][] = [[]]
  for (const seat of run) {
    if (isFree(seat.ref)) found.at(-1)?.push(seat)
    else found.push([])
  }
  return found.filter((each) => each.length > 0)
}

function aloneIn(free: readonly RoomSeat[], taken: ReadonlySet<string>): string[] {
  const takes = free.map(({ ref }) => taken.has(ref))
  const count = takes.filter(Boolean).length
  if (count === 0 || count === free.length - 1) return []
  return free
    .filter((_, i) => takes[i] === false && takes[i - 1] !== false && takes[i + 1] !== false)
    .map(({ ref }) => ref)
}
