/** How each seat stands, a letter a seat and a text a row: a row whose text is the same is not drawn again. */
import type { Room } from '@/lib/rooms'

export const STATES = { f: 'free', t: 'taken', m: 'mine', l: 'lost', a: 'alone' } as const
export type StateLetter = keyof typeof STATES
export type SeatState = (typeof STATES)[StateLetter]

export function seatStates(
  room: Room,
  taken: ReadonlySet<string>,
  picked: readonly string[],
  lost: readonly string[],
  alone: readonly string[],
): Map<string, string> {
  const special = new Map<string, StateLetter>([
    ...picked.map((ref): [string, StateLetter] => [ref, 'm']),
    ...lost.map((ref): [string, StateLetter] => [ref, 'l']),
    ...alone.map((ref): [string, StateLetter] => [ref, 'a']),
  ])
  return new Map(
    room.rows.map((row) => [
      row.id,
      row.seats.map(({ ref }) => special.get(ref) ?? (taken.has(ref) ? 't' : 'f')).join(''),
    ]),
  )
}

export function stateAt(states: string, index: number): SeatState {
  const letter = states.charAt(index)
  return letter in STATES ? STATES[letter as StateLetter] : 'free'
}
