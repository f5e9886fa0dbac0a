/**
 * How a booking stands, in words: which message fits, and what the person can do now.
 *
 * It says what is known and no more: a payment whose end the provider has not told is neither made nor failed.
 */
import type { Schemas } from '@/api/client'

type Booking = Schemas['BookingOut']
type Attempt = Schemas['AttemptOut']
type Amount = Schemas['MoneyOut']

export interface Seen {
  booking: Pick<
    Booking,
    'state' | 'reason' | 'taken_again' | 'attempts' | 'payment' | 'pay_until' | 'tickets' | 'other_seats_agreed'
  > & { showtime: Pick<Booking['showtime'], 'ends_at'> }
  /** The provider could not be asked the last time. */
  providerSilent: boolean
}

export type StandingKey =
  | 'nothingToPay'
  | 'payOpen'
  | 'payAfterDecline'
  | 'underWay'
  | 'asking'
  | 'providerSilent'
  | 'lastWord'
  | 'declined'
  | 'stopped'
  | 'usedUp'
  | 'declinedTooLate'
  | 'timeOver'
  | 'timeOverUncertain'
  | 'tooLateReturning'
  | 'tooLateReturned'
  | 'returnRefused'
  | 'rescuing'
  | 'confirmed'
  | 'confirmedLate'
  | 'confirmedOtherSeats'
  | 'confirmedPerhapsOtherSeats'
  | 'confirmedOver'
  | 'cancelling'
  | 'cancelled'
  | 'showtimeCancelling'
  | 'showtimeCancelled'
  | 'showtimeCancellingUnpaid'
  | 'showtimeCancelledUnpaid'

export interface Standing {
  key: StandingKey
  tone: 'wait' | 'act' | 'good' | 'over'
  /** What the person can do about it. */
  action: 'pay' | 'pay-again' | 'give-up' | 'choose-again' | 'other-showtimes' | null
}

/** In these money came, whatever became of it. */
const PAID: readonly Attempt['state'][] = ['paid', 'refunding', 'refunded', 'refused']

/** `seatsAtFirst`: as this browser checked them out, null where it does not know. `now`: by the server's clock, in ms. */
export function standingOf(seen: Seen, seatsAtFirst: readonly string[] | null, now: number): Standing {
  switch (seen.booking.state) {
    case 'pending':
      return pending(seen, now)
    case 'lapsed':
      return lapsed(seen.booking.attempts)
    case 'rescuing':
      return { key: 'rescuing', tone: 'wait', action: null }
    case 'confirmed':
      if (now >= Date.parse(seen.booking.showtime.ends_at)) return { key: 'confirmedOver', tone: 'over', action: null }
      return { key: confirmedAs(seen.booking, seatsAtFirst), tone: 'good', action: null }
    case 'cancelling':
    case 'cancelled':
      return undone(seen.booking)
  }
}

function pending({ booking, providerSilent }: Seen, now: number): Standing {
  if (booking.attempts.length === 0) return { key: 'nothingToPay', tone: 'wait', action: null }
  const over = booking.pay_until !== null && now >= Date.parse(booking.pay_until)
  const state = booking.payment?.state ?? 'unknown'
  if (state === 'failed' || state === 'ended' || state === 'used_up') {
    if (over) return { key: 'declinedTooLate', tone: 'over', action: 'choose-again' }
    if (state === 'used_up') return { key: 'usedUp', tone: 'act', action: 'give-up' }
    return { key: state === 'failed' ? 'declined' : 'stopped', tone: 'act', action: 'pay-again' }
  }
  if (over) return { key: 'lastWord', tone: 'wait', action: null }
  if (state === 'processing') return { key: 'underWay', tone: 'wait', action: null }
  if (state === 'open') {
    const declinedBefore = booking.attempts.some((attempt) => attempt.state === 'failed')
    return { key: declinedBefore ? 'payAfterDecline' : 'payOpen', tone: 'act', action: 'pay' }
  }
  return { key: providerSilent ? 'providerSilent' : 'asking', tone: 'wait', action: null }
}

function lapsed(attempts: readonly Attempt[]): Standing {
  const has = (...states: Attempt['state'][]): boolean => attempts.some(({ state }) => states.includes(state))
  if (has('refused')) return { key: 'returnRefused', tone: 'act', action: 'choose-again' }
  if (has('paid', 'refunding')) return { key: 'tooLateReturning', tone: 'wait', action: 'choose-again' }
  if (has('started')) return { key: 'timeOverUncertain', tone: 'wait', action: null }
  return { key: has('refunded') ? 'tooLateReturned' : 'timeOver', tone: 'over', action: 'choose-again' }
}

function confirmedAs(booking: Seen['booking'], seatsAtFirst: readonly string[] | null): StandingKey {
  if (!booking.taken_again) return 'confirmed'
  const seats = booking.tickets.map(({ seat }) => seat)
  if (!booking.other_seats_agreed || (seatsAtFirst !== null && sameSeats(seats, seatsAtFirst))) return 'confirmedLate'
  // Another browser bought them: this one does not know which they were.
  return seatsAtFirst === null ? 'confirmedPerhapsOtherSeats' : 'confirmedOtherSeats'
}

function undone({ state, attempts, reason }: Seen['booking']): Standing {
  if (attempts.some((attempt) => attempt.state === 'refused')) return { key: 'returnRefused', tone: 'act', action: null }
  const over = state === 'cancelled'
  if (reason !== 'showtime_cancelled') {
    return over ? { key: 'cancelled', tone: 'over', action: 'choose-again' } : { key: 'cancelling', tone: 'wait', action: null }
  }
  const paid = attempts.some((attempt) => PAID.includes(attempt.state))
  if (over) return { key: paid ? 'showtimeCancelled' : 'showtimeCancelledUnpaid', tone: 'over', action: 'other-showtimes' }
  return { key: paid ? 'showtimeCancelling' : 'showtimeCancellingUnpaid', tone: 'wait', action: 'other-showtimes' }
}

function sameSeats(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join() === [...others].sort().join()
}

export type MoneyKey = 'paid' | 'open' | 'declined' | 'stopped' | 'toReturn' | 'returning' | 'returned' | 'refused' | 'kept'

export interface MoneyLine {
  attempt: number
  key: MoneyKey
  amount: Amount
}

/** What became of the money, attempt by attempt. */
export function moneyTrail({ state, attempts }: Pick<Booking, 'state' | 'attempts'>): MoneyLine[] {
  return attempts.map((attempt) => ({ attempt: attempt.number, ...trailOf(attempt, state) }))
}

function trailOf({ state, amount, refund }: Attempt, booking: Booking['state']): { key: MoneyKey; amount: Amount } {
  switch (state) {
    case 'started':
      return { key: 'open', amount }
    case 'failed':
      return { key: 'declined', amount }
    case 'ended':
      return { key: 'stopped', amount }
    case 'refunding':
      return { key: 'returning', amount: refund }
    case 'refunded':
      return refund.minor > 0 ? { key: 'returned', amount: refund } : { key: 'kept', amount }
    case 'refused':
      return { key: 'refused', amount: refund }
    case 'paid':
      if (booking === 'cancelling' || booking === 'cancelled') {
        return refund.minor > 0 ? { key: 'toReturn', amount: refund } : { key: 'kept', amount }
      }
      // A late success may still buy the seats: nothing is said to go back before it does.
      return { key: 'paid', amount }
  }
}

/** Whether something about it is still to be decided: the page asks again. */
export function isUnfinished({ state, attempts }: Pick<Booking, 'state' | 'attempts'>): boolean {
  if (state === 'pending' || state === 'rescuing' || state === 'cancelling') return true
  const open: readonly Attempt['state'][] = state === 'confirmed' ? ['started', 'refunding'] : ['started', 'paid', 'refunding']
  return attempts.some((attempt) => open.includes(attempt.state))
}

const FIRST_PAUSE_MS = 2_000
const LAST_PAUSE_MS = 20_000

/** How long to wait before asking again: soon at first, then ever more seldom. */
export function pauseAfter(asked: number): number {
  return Math.min(FIRST_PAUSE_MS * 1.3 ** Math.max(0, asked - 1), LAST_PAUSE_MS)
}
