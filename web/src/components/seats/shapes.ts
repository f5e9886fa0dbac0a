/**
 * How seats are drawn, in steps from their own middle, so that "M120 80" before one puts it where it is: a thousand
 * places in the paths cost a browser a fraction of a thousand transforms. Categories differ in shape, not in colour alone.
 */
import type { SeatCategory } from '@/lib/rooms'

import type { SeatState } from './seatStates'

const BODY = 'm-5-10h10a5 5 0 0 1 5 5v10a5 5 0 0 1-5 5h-10a5 5 0 0 1-5-5v-10a5 5 0 0 1 5-5z'
// Each goes on from where the body began.
const BACK = 'm0 13.5h10a1.25 1.25 0 0 1 0 2.5h-10a1.25 1.25 0 0 1 0-2.5z'
const FOOT = 'm0-9.5h10a1.25 1.25 0 0 1 0 2.5h-10a1.25 1.25 0 0 1 0-2.5z'
const ROUND = 'm0-10a10 10 0 1 1 0 20a10 10 0 1 1 0-20z'

const SHAPES: Record<SeatCategory, string> = {
  standard: BODY,
  premium: BODY + BACK,
  recliner: BODY + BACK + FOOT,
  loveseat: 'm-7-10h14a5 5 0 0 1 5 5v10a5 5 0 0 1-5 5h-14a5 5 0 0 1-5-5v-10a5 5 0 0 1 5-5zm3 14.2a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2zm8 0a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2z',
  wheelchair: ROUND,
  companion: ROUND,
}

const TAKEN = 'm-3-5.5h6a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5h-6a2.5 2.5 0 0 1-2.5-2.5v-6a2.5 2.5 0 0 1 2.5-2.5z'

/** A seat's outline: small when it is taken, without its category's lines where something else is drawn upon it. */
export function shapeOf(category: SeatCategory, state: SeatState): string {
  if (state === 'taken') return TAKEN
  const hasLines = category === 'premium' || category === 'recliner'
  return hasLines && state !== 'free' ? BODY : SHAPES[category]
}

/** How much above its middle a seat's number stands: there it is beside the category's lines. */
export const NUMBER_RISE: Partial<Record<SeatCategory, number>> = { premium: 2.4, loveseat: 1.8 }

/** Lines drawn upon a seat. */
export const MARKS = {
  check: 'm-5 .5 3.5 3.5 6.5-7.8',
  cross: 'm-4-4 8 8m0-8-8 8',
  wheelchair: 'm-1-6v.1m0 2.4v5h4l2 4m-6-7h3.5m-5.2.9a4 4 0 1 0 5.7 5.2',
  companion: 'm0-6a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 1 0 0-4.6zm-4.5 11.5c.5-3.3 2.3-4.7 4.5-4.7s4 1.4 4.5 4.7',
} as const
export type Mark = keyof typeof MARKS
