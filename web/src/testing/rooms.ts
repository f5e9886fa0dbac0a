/** Rooms for tests: "ss-s_w" is two standard seats, an aisle, one more, a gap, a wheelchair place. */
import { type Room, roomOf, type SeatCategory } from '@/lib/rooms'

const CATEGORIES: Record<string, SeatCategory> = {
  s: 'standard',
  p: 'premium',
  r: 'recliner',
  l: 'loveseat',
  w: 'wheelchair',
  c: 'companion',
}

export function aRoom(...rows: string[]): Room {
  return roomOf({ rows: rows.map((row, index) => aRow('ABCDEFGHJKLMNPQRSTUVWXYZ'.charAt(index), row)) })
}

function aRow(id: string, text: string) {
  const seats: { number: string; position: number; category: SeatCategory }[] = []
  const aisles: number[] = []
  let position = 0
  for (const letter of text) {
    const category = CATEGORIES[letter]
    if (letter === '-') aisles.push(position - 1)
    if (category !== undefined) seats.push({ number: String(position + 1), position, category })
    if (letter !== '-') position += 1
  }
  return { id, label: id, seats, aisles }
}
