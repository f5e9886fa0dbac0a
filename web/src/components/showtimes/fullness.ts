import type { ListedShowtime } from '@/queries/showtimes'

/** `past` is not offered any more; `closed` starts later, but its sales have ended. */
export type Offer = 'open' | 'sold-out' | 'closed' | 'past'
export type Fullness = 'plenty' | 'filling' | 'few' | 'none'

const FEW_SEATS = 10
const FEW_SHARE = 0.1
const FILLING_SHARE = 0.45

export function offerOf(showtime: Pick<ListedShowtime, 'starts_at' | 'sales_close_at' | 'seats_left'>, now: number): Offer {
  if (Date.parse(showtime.sales_close_at) <= now) return Date.parse(showtime.starts_at) <= now ? 'past' : 'closed'
  return showtime.seats_left === 0 ? 'sold-out' : 'open'
}

export function fullnessOf({ seats_left, capacity }: Pick<ListedShowtime, 'seats_left' | 'capacity'>): Fullness {
  if (seats_left === 0) return 'none'
  if (seats_left <= Math.max(FEW_SEATS, capacity * FEW_SHARE)) return 'few'
  return seats_left <= capacity * FILLING_SHARE ? 'filling' : 'plenty'
}

/** How much of the room is taken, from 0 to 1. A seat that is taken shows, and so does one that is left. */
export function takenShare({ seats_left, capacity }: Pick<ListedShowtime, 'seats_left' | 'capacity'>): number {
  const taken = capacity - seats_left
  if (taken <= 0) return 0
  return seats_left === 0 ? 1 : Math.min(0.96, Math.max(0.04, taken / capacity))
}
