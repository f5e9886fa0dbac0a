import { describe, expect, it } from 'vitest'

import type { Schemas } from '@/api/client'

import { isUnfinished, moneyTrail, pauseAfter, type Seen, standingOf } from './standing'

type State = Schemas['BookingState']
type AttemptState = Schemas['AttemptState']
type PaymentState = Schemas['PaymentOut']['state']

const NOW = Date.parse('2026-11-22T12:05:00Z')
const STATES: State[] = ['pending', 'confirmed', 'lapsed', 'rescuing', 'cancelling', 'cancelled']
const ATTEMPTS: AttemptState[] = ['started', 'paid', 'failed', 'ended', 'refunding', 'refunded', 'refused']
const PAYMENTS: PaymentState[] = ['open', 'processing', 'failed', 'ended', 'used_up', 'unknown']
const euro = (minor: number): Schemas['MoneyOut'] => ({ minor, currency: 'EUR' })

function anAttempt(state: AttemptState, number = 1, refund = 0): Schemas['AttemptOut'] {
  return { number, state, amount: euro(2400), refund: euro(refund) }
}

interface Given {
  attempts?: Schemas['AttemptOut'][]
  payment?: PaymentState
  silent?: boolean
  payUntil?: string
  takenAgain?: boolean
  seats?: string[]
  agreed?: boolean
  reason?: Seen['booking']['reason']
  endsAt?: string
}

function seen(state: State, given: Given = {}): Seen {
  return {
    booking: {
      state,
      attempts: given.attempts ?? [anAttempt('started')],
      payment: state === 'pending' ? { state: given.payment ?? 'unknown', url: null } : null,
      pay_until: state === 'pending' ? (given.payUntil ?? '2026-11-22T12:13:55Z') : null,
      reason: given.reason ?? null,
      taken_again: given.takenAgain ?? false,
      tickets: (given.seats ?? ['C-4', 'C-5']).map((seat) => ({ seat, label: seat, ticket_type: 'adult', price: euro(1200), admitted: false })),
      other_seats_agreed: given.agreed ?? false,
      showtime: { ends_at: given.endsAt ?? '2026-11-22T22:00:00Z' },
    },
    providerSilent: given.silent ?? false,
  }
}

const LATE = '2026-11-22T12:04:00Z'

describe('a booking that waits for its payment', () => {
  it.each<[string, string | null, Given]>([
    ['payOpen', 'pay', { payment: 'open' }],
    ['payAfterDecline', 'pay', { payment: 'open', attempts: [anAttempt('failed'), anAttempt('started', 2)] }],
    ['underWay', null, { payment: 'processing' }],
    ['asking', null, {}],
    ['providerSilent', null, { silent: true }],
    ['declined', 'pay-again', { payment: 'failed' }],
    ['stopped', 'pay-again', { payment: 'ended' }],
    ['usedUp', 'give-up', { payment: 'used_up' }],
    ['lastWord', null, { payUntil: LATE, payment: 'processing' }],
    ['lastWord', null, { payUntil: LATE, payment: 'open' }],
    ['declinedTooLate', 'choose-again', { payUntil: LATE, payment: 'failed' }],
    ['declinedTooLate', 'choose-again', { payUntil: LATE, payment: 'used_up' }],
    ['nothingToPay', null, { attempts: [] }],
  ])('reads as %s with %s to do', (key, action, given) => {
    expect(standingOf(seen('pending', given), null, NOW)).toMatchObject({ key, action })
  })

  it('never offers to pay once the time is over', () => {
    for (const payment of PAYMENTS) {
      const { action } = standingOf(seen('pending', { payUntil: LATE, payment }), null, NOW)
      expect(['pay', 'pay-again']).not.toContain(action)
    }
  })
})

describe('a booking whose time ran out', () => {
  it.each<[string, AttemptState[]]>([
    ['timeOver', ['failed']],
    ['timeOver', ['ended']],
    ['timeOver', []],
    ['timeOverUncertain', ['started']],
    ['timeOverUncertain', ['failed', 'started']],
    ['tooLateReturning', ['paid']],
    ['tooLateReturning', ['refunding']],
    ['tooLateReturned', ['refunded']],
    ['tooLateReturned', ['failed', 'refunded']],
    ['returnRefused', ['refused']],
  ])('reads as %s after %s', (key, states) => {
    const attempts = states.map((state, index) => anAttempt(state, index + 1))
    expect(standingOf(seen('lapsed', { attempts }), null, NOW).key).toBe(key)
  })

  it('says that nothing was charged only if every attempt is over without money', () => {
    for (const state of ATTEMPTS) {
      const { key } = standingOf(seen('lapsed', { attempts: [anAttempt(state)] }), null, NOW)
      expect(key === 'timeOver').toBe(state === 'failed' || state === 'ended')
    }
  })
})

describe('a confirmed booking', () => {
  it('is simply confirmed when it was paid in time', () => {
    expect(standingOf(seen('confirmed', { attempts: [anAttempt('paid')] }), ['C-4', 'C-5'], NOW).key).toBe('confirmed')
  })

  it('whose showtime has ended looks forward to nothing any more', () => {
    const over = seen('confirmed', { takenAgain: true, attempts: [anAttempt('paid')], endsAt: '2026-11-22T12:04:59Z' })
    expect(standingOf(over, null, NOW)).toEqual({ key: 'confirmedOver', tone: 'over', action: null })
  })

  it.each<[string, string[] | null, boolean]>([
    ['confirmedLate', ['C-5', 'C-4'], true],
    ['confirmedOtherSeats', ['A-1', 'A-2'], true],
    ['confirmedLate', null, false],
    ['confirmedPerhapsOtherSeats', null, true],
  ])('paid late reads as %s where the first seats were %s and others agreed is %s', (key, atFirst, agreed) => {
    const late = seen('confirmed', { takenAgain: true, agreed, attempts: [anAttempt('paid')] })
    expect(standingOf(late, atFirst, NOW).key).toBe(key)
  })
})

describe('a booking that is undone', () => {
  it.each<[State, Seen['booking']['reason'], string]>([
    ['cancelling', 'customer', 'cancelling'],
    ['cancelled', 'customer', 'cancelled'],
    ['cancelling', 'showtime_cancelled', 'showtimeCancelling'],
    ['cancelled', 'showtime_cancelled', 'showtimeCancelled'],
  ])('%s because of %s reads as %s', (state, reason, key) => {
    expect(standingOf(seen(state, { reason, attempts: [anAttempt('refunded', 1, 2400)] }), null, NOW).key).toBe(key)
  })

  it.each<[State, AttemptState[], string]>([
    ['cancelling', ['started'], 'showtimeCancellingUnpaid'],
    ['cancelled', ['ended'], 'showtimeCancelledUnpaid'],
    ['cancelled', ['failed', 'ended'], 'showtimeCancelledUnpaid'],
    ['cancelled', [], 'showtimeCancelledUnpaid'],
    ['cancelled', ['failed', 'refunded'], 'showtimeCancelled'],
  ])('by its cinema, %s with %s, reads as %s: nobody is promised money they never paid', (state, states, key) => {
    const attempts = states.map((each, index) => anAttempt(each, index + 1))
    expect(standingOf(seen(state, { reason: 'showtime_cancelled', attempts }), null, NOW)).toMatchObject({ key, action: 'other-showtimes' })
  })

  it('says so when the provider refuses to pay back', () => {
    expect(standingOf(seen('cancelled', { attempts: [anAttempt('refused', 1, 2400)] }), null, NOW).key).toBe('returnRefused')
  })
})

describe('every state with every attempt', () => {
  const each = STATES.flatMap((state) => ATTEMPTS.map((attempt) => [state, attempt] as const))

  it.each(each)('%s, %s has its words and its line of money', (state, attempt) => {
    const told = seen(state, { attempts: [anAttempt(attempt)] })
    expect(standingOf(told, null, NOW).key).toBeTruthy()
    expect(moneyTrail(told.booking)).toHaveLength(1)
  })

  it.each(each)('%s, %s is asked about again only while something may change', (state, attempt) => {
    const final = ['failed', 'ended', 'refunded', 'refused'].includes(attempt) || (state === 'confirmed' && attempt === 'paid')
    const resting = ['confirmed', 'lapsed', 'cancelled'].includes(state)
    expect(isUnfinished(seen(state, { attempts: [anAttempt(attempt)] }).booking)).toBe(!(final && resting))
  })
})

describe('the money', () => {
  it('goes back by the amount of the refund, not of the payment', () => {
    const booking = { state: 'cancelled' as const, attempts: [anAttempt('refunded', 1, 2160)] }
    expect(moneyTrail(booking)).toEqual([{ attempt: 1, key: 'returned', amount: euro(2160) }])
  })

  it('is kept where the terms give nothing back', () => {
    expect(moneyTrail({ state: 'cancelled', attempts: [anAttempt('refunded')] })[0]?.key).toBe('kept')
  })

  it('of a late payment is not said to go back before it does', () => {
    expect(moneyTrail({ state: 'lapsed', attempts: [anAttempt('paid')] })[0]?.key).toBe('paid')
  })
})

it('asks ever more seldom, and at least every 20 seconds', () => {
  const pauses = Array.from({ length: 30 }, (_, asked) => pauseAfter(asked))
  expect(pauses).toEqual([...pauses].sort((some, other) => some - other))
  expect(pauses[0]).toBe(2_000)
  expect(pauses.at(-1)).toBe(20_000)
})
