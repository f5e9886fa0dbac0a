import { beforeEach, describe, expect, it } from 'vitest'

import { aBooking, aPaymentThatIs, aPendingBooking, REFERENCE, someTickets } from '@/testing/bookings'

import { allKept, forgetAccountsBookings, forgetBooking, keepBooking, keepCheckedOut, keepLink, keepTickets, keptBooking } from './keptBookings'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const DAY_MS = 86_400_000

beforeEach(() => {
  localStorage.clear()
})

describe('a guest’s booking', () => {
  it('is kept with what opens it', () => {
    keepBooking(aBooking(), false, NOW)
    expect(keptBooking(REFERENCE)).toMatchObject({ by: 'link', token: 'link-token' })
  })

  it('keeps its tickets for where there is no connection', () => {
    keepBooking(aBooking(), false, NOW)
    keepTickets(REFERENCE, someTickets(), NOW)
    expect(keptBooking(REFERENCE)?.tickets).toEqual(someTickets())
  })

  it('stays when somebody logs out', () => {
    keepLink(REFERENCE, 'link-token', NOW)
    forgetAccountsBookings()
    expect(keptBooking(REFERENCE)?.token).toBe('link-token')
  })

  it('goes when the person takes it away', () => {
    keepLink(REFERENCE, 'link-token', NOW)
    forgetBooking(REFERENCE)
    expect(keptBooking(REFERENCE)).toBeNull()
  })
})

describe('an account’s booking', () => {
  it('is kept without what would open it for anybody', () => {
    keepBooking(aBooking(), true, NOW)
    expect(keptBooking(REFERENCE)).toMatchObject({ by: 'account', token: null })
    expect(JSON.stringify(localStorage)).not.toContain('link-token')
  })

  it('goes with its tickets when its owner logs out', () => {
    keepBooking(aBooking(), true, NOW)
    keepTickets(REFERENCE, someTickets(), NOW)
    forgetAccountsBookings()
    expect(JSON.stringify(localStorage)).not.toContain(REFERENCE)
  })

  it('checked out by its owner is the account’s, whoever held the seats before', () => {
    keepCheckedOut(aPendingBooking(), true, NOW)
    expect(keptBooking(REFERENCE)).toMatchObject({ by: 'account', token: null, seatsAtFirst: ['C-4', 'C-5'] })
  })

  it('opened by a link as well stays a link’s', () => {
    keepLink(REFERENCE, 'link-token', NOW)
    keepBooking(aBooking(), true, NOW)
    expect(keptBooking(REFERENCE)).toMatchObject({ by: 'link', token: 'link-token' })
  })
})

it('tickets of a booking that was undone are kept no longer', () => {
  keepBooking(aBooking(), false, NOW)
  keepTickets(REFERENCE, someTickets(), NOW)
  keepBooking(aBooking({ state: 'cancelled', reason: 'customer' }), false, NOW)
  expect(keptBooking(REFERENCE)?.tickets).toBeNull()
})

it('the seats as they were checked out are remembered when others are given', () => {
  keepBooking(aPendingBooking(), false, NOW)
  const [ticket] = aBooking().tickets
  keepBooking(aBooking({ taken_again: true, tickets: ticket ? [{ ...ticket, seat: 'A-1', label: 'A1' }] : [] }), false, NOW)
  expect(keptBooking(REFERENCE)?.seatsAtFirst).toEqual(['C-4', 'C-5'])
})

it('the page on which to pay is not kept: it may end at any time', () => {
  keepBooking(aPendingBooking({ payment: aPaymentThatIs('open') }), false, NOW)
  expect(keptBooking(REFERENCE)?.booking?.payment).toEqual({ state: 'unknown', url: null })
})

it.each([
  ['account', true, 8],
  ['link', false, 401],
] as const)('what was kept for an %s goes after a while', (_, signedIn, days) => {
  keepBooking(aBooking(), signedIn, NOW)
  expect(allKept(NOW + (days - 2) * DAY_MS)).toHaveLength(1)
  expect(allKept(NOW + days * DAY_MS)).toHaveLength(0)
  expect(localStorage).toHaveLength(0)
})

it('what another version of the page kept otherwise is passed over', () => {
  localStorage.setItem(`matinee.booking.${REFERENCE}`, '{"old":true}')
  localStorage.setItem('matinee.booking.X', 'not json')
  const kept = { reference: 'Y', by: 'link', token: null, booking: null, tickets: null, seatsAtFirst: null, keptAt: NOW }
  for (const [name, part] of Object.entries({ A: { booking: {} }, B: { tickets: {} }, C: { by: 'nobody' }, D: { seatsAtFirst: 3 } })) {
    localStorage.setItem(`matinee.booking.${name}`, JSON.stringify({ ...kept, ...part }))
  }
  expect(allKept(NOW)).toEqual([])
})
