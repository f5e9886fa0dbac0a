/** Which seats to offer instead: the nearest equal block, and what mends a choice that leaves a seat alone. */
import { MOST_SEATS } from './limits'
import { type IsFree, leftAloneIn, ruleRuns } from './neighbours'
import { isAccessible, type Room, type RoomRow, type RoomSeat, type SeatCategory } from './rooms'

/** A row further is worth about a seat and a half aside. */
const ROW_WEIGHT = 1.5

/** The same number of seats side by side, as near as can be, of the same category if it was one; null if there is none. */
export function equalBlock(room: Room, lost: readonly string[], isFree: IsFree): string[] | null {
  const seats = seatsOf(room, lost)
  const around = seats[Math.floor(seats.length / 2)]
  if (around === undefined || seats.some(({ category }) => isAccessible(category))) return null
  return nearestBlock(room.rows, {
    size: seats.length,
    categories: categoriesOf(seats),
    isFree,
    fits: (block) => leftAloneIn(room, new Set(block), isFree).length === 0,
    distance: (block) => block.reduce((sum, seat) => sum + apart(seat, around), 0),
  })
}

/** What mends a choice that leaves seats alone, the smallest change first. */
export interface Remedy {
  kind: 'move' | 'add'
  /** The whole choice, mended. */
  seats: string[]
  /** The seats that are new in it. */
  added: string[]
}

export function remediesFor(room: Room, picked: readonly string[], alone: readonly string[], isFree: IsFree): Remedy[] {
  const isMended = (seats: readonly string[]): boolean => leftAloneIn(room, new Set(seats), isFree).length === 0
  const found: Remedy[] = []
  const moved = movedOver(room, picked, alone, isFree, isMended)
  if (moved !== null) found.push(remedy('move', picked, moved))
  const wider = [...picked, ...alone]
  if (wider.length <= MOST_SEATS && isMended(wider)) found.push(remedy('add', picked, wider))
  return found
}

/** Moves the seats of the row where one is left alone; failing that, all of them together. */
function movedOver(
  room: Room,
  picked: readonly string[],
  alone: readonly string[],
  isFree: IsFree,
  isMended: (seats: readonly string[]) => boolean,
): string[] | null {
  const row = room.seats.get(alone[0] ?? '')?.row
  const seats = seatsOf(room, picked).filter((seat) => seat.row === row && !isAccessible(seat.category))
  if (row === undefined || seats.length === 0) return null
  const stay = picked.filter((ref) => !seats.some((seat) => seat.ref === ref))
  const middle = middleOf(seats)
  const wanted: Wanted = {
    size: seats.length,
    categories: categoriesOf(seats),
    isFree: (ref) => isFree(ref) && !stay.includes(ref),
    fits: (block) => isMended([...stay, ...block]),
    distance: (block) => {
      // To either side alike: rather onto the seat that was left.
      const away = block.some(({ ref }) => alone.includes(ref)) ? 0 : 0.1
      const rows = Math.abs((block[0]?.row.index ?? 0) - row.index)
      return Math.abs(middleOf(block) - middle) + ROW_WEIGHT * rows + away
    },
  }
  const block = nearestBlock([row], wanted) ?? nearestBlock(room.rows, wanted)
  return block === null ? null : [...stay, ...block]
}

function middleOf(seats: readonly RoomSeat[]): number {
  return seats.reduce((sum, { position }) => sum + position, 0) / seats.length
}

interface Wanted {
  size: number
  /** Where the party can sit; null is anywhere. */
  categories: ReadonlySet<SeatCategory> | null
  isFree: IsFree
  fits: (block: readonly string[]) => boolean
  distance: (block: readonly RoomSeat[]) => number
}

function nearestBlock(rows: readonly RoomRow[], { size, categories, isFree, fits, distance }: Wanted): string[] | null {
  const found: { seats: string[]; away: number }[] = []
  for (const run of rows.flatMap(ruleRuns)) {
    const open = run.map((seat) => isFree(seat.ref) && (categories === null || categories.has(seat.category)))
    for (let start = 0; start + size <= run.length; start += 1) {
      if (!open.slice(start, start + size).every(Boolean)) continue
      const block = run.slice(start, start + size)
      found.push({ seats: block.map(({ ref }) => ref), away: distance(block) })
    }
  }
  found.sort((a, b) => a.away - b.away)
  return found.find(({ seats }) => fits(seats))?.seats ?? null
}

function apart(one: RoomSeat, other: RoomSeat): number {
  return Math.abs(one.position - other.position) + ROW_WEIGHT * Math.abs(one.row.index - other.row.index)
}

function remedy(kind: Remedy['kind'], picked: readonly string[], seats: string[]): Remedy {
  return { kind, seats, added: seats.filter((ref) => !picked.includes(ref)) }
}

function seatsOf(room: Room, refs: readonly string[]): RoomSeat[] {
  return refs.flatMap((ref) => room.seats.get(ref) ?? [])
}

function categoriesOf(seats: readonly RoomSeat[]): ReadonlySet<SeatCategory> | null {
  const categories = new Set(seats.map(({ category }) => category))
  return categories.size === 1 ? categories : null
}

/** The companion places beyond as many as there are wheelchair places, and free wheelchair places beside them. */
export function unaccompanied(room: Room, picked: readonly string[], isFree: IsFree): { seats: string[]; places: string[] } {
  const seats = seatsOf(room, picked)
  const wheelchairs = seats.filter(({ category }) => category === 'wheelchair').length
  const alone = seats.filter(({ category }) => category === 'companion').slice(wheelchairs)
  const open = [...room.seats.values()].filter(
    (seat) => seat.category === 'wheelchair' && isFree(seat.ref) && !picked.includes(seat.ref),
  )
  const places = alone.flatMap((seat) => {
    const nearest = open.sort((a, b) => apart(a, seat) - apart(b, seat)).shift()
    return nearest === undefined ? [] : [nearest.ref]
  })
  return { seats: alone.map(({ ref }) => ref), places }
}
