/** How seats are drawn, around their own middle. Categories differ in shape, not in colour alone. */
import type { SeatCategory } from '@/lib/rooms'

import type { SeatState } from './seatStates'

const BODY = 'M-5-10H5a5 5 0 0 1 5 5V5a5 5 0 0 1-5 5H-5a5 5 0 0 1-5-5V-5a5 5 0 0 1 5-5Z'
const BACK = 'M-5 3.5H5a1.25 1.25 0 0 1 0 2.5H-5a1.25 1.25 0 0 1 0-2.5Z'
const FOOT = 'M-5-6H5a1.25 1.25 0 0 1 0 2.5H-5a1.25 1.25 0 0 1 0-2.5Z'
const ROUND = 'M0-10a10 10 0 1 1 0 20a10 10 0 1 1 0-20Z'

const SHAPES: Record<SeatCategory, string> = {
  standard: BODY,
  premium: BODY + BACK,
  recliner: BODY + BACK + FOOT,
  loveseat: 'M-7-10H7a5 5 0 0 1 5 5V5a5 5 0 0 1-5 5H-7a5 5 0 0 1-5-5V-5a5 5 0 0 1 5-5ZM0-3a3 3 0 1 0 0 6a3 3 0 1 0 0-6Z',
  wheelchair: ROUND,
  companion: ROUND,
}

const TAKEN = 'M-3-5.5H3a2.5 2.5 0 0 1 2.5 2.5V3a2.5 2.5 0 0 1-2.5 2.5H-3a2.5 2.5 0 0 1-2.5-2.5V-3a2.5 2.5 0 0 1 2.5-2.5Z'

/** A seat's outline: small when it is taken, without its category's lines where something else is drawn upon it. */
export function shapeOf(category: SeatCategory, state: SeatState): string {
  if (state === 'taken') return TAKEN
  const hasLines = category === 'premium' || category === 'recliner'
  return hasLines && state !== 'free' ? BODY : SHAPES[category]
}

/** Lines drawn upon a seat. */
export const MARKS = {
  check: 'M-5 .5 -1.5 4 5-3.8',
  cross: 'M-4-4 4 4M4-4-4 4',
  wheelchair: 'M-1-6v.1M-1-3.5V1.5H3L5 5.5M-1-1.5H2.5M-2.7-.6A4 4 0 1 0 3 4.6',
  companion: 'M0-6a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 1 0 0-4.6ZM-4.5 5.5C-4 2.2-2.2.8 0 .8S4 2.2 4.5 5.5',
} as const
export type Mark = keyof typeof MARKS
