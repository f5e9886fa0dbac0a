import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { signedIn, signedOut } from '@/api/credentials'
import { keepBooking, keepTickets, keptBooking } from '@/lib/keptBookings'
import { useSession } from '@/stores/session'
import { json, problem, stubLocks } from '@/testing/api'
import { aBooking, answering, aPendingBooking, euro, REFERENCE, someTickets } from '@/testing/bookings'
import { mounted } from '@/testing/mount'

import BookingPage from './BookingPage.vue'

const PATH = `/bookings/${REFERENCE}`

enableAutoUnmount(afterEach)
beforeEach(() => {
  signedOut()
  localStorage.clear()
  stubLocks()
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

it('asks the provider before it says how a payment stands', async () => {
  const asked = answering({
    [`GET ${PATH}`]: () => json(aPendingBooking()),
    [`POST ${PATH}/confirm`]: () => json(aBooking()),
    [`GET ${PATH}/tickets`]: () => json({ reference: REFERENCE, showtime_id: '0DYPXR', tickets: someTickets() }),
  })
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()

  expect(asked.map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`)).toContain(`POST ${PATH}/confirm`)
  expect(page.text()).toContain('See you at the movies')
  expect(page.findAll('[role=img]')).toHaveLength(2)
})

it('does not ask on once nothing is left to decide', async () => {
  const asked = answering({ [`GET ${PATH}`]: () => json(aBooking({ state: 'cancelled', reason: 'customer', attempts: [{ number: 1, state: 'refunded', amount: euro(2500), refund: euro(2160) }] })) })
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()

  expect(page.text()).toContain('€21.60 sent back')
  expect(asked).toHaveLength(1)
})

it('says that a bank is at it, and starts no payment beside it', async () => {
  answering({
    [`GET ${PATH}`]: () => json(aPendingBooking()),
    [`POST ${PATH}/confirm`]: () => json(aPendingBooking()),
    [`POST ${PATH}/payments`]: () => problem('payment-under-way', 409, { reference: REFERENCE }),
  })
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()

  expect(page.text()).toContain('Your bank is at work')
  expect(page.findAll('button').some((button) => button.text().startsWith('Pay'))).toBe(false)
})

it('does not claim to know when the provider does not answer', async () => {
  answering({
    [`GET ${PATH}`]: () => json(aPendingBooking()),
    [`POST ${PATH}/confirm`]: () => problem('payment-provider-unavailable', 503),
  })
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()

  expect(page.text()).toContain('we don’t know yet how your payment stands')
})

it('opens a kept link’s booking by its token', async () => {
  keepBooking(aBooking(), false, Date.now())
  const asked = answering({ [`GET ${PATH}`]: () => json(aBooking()) })
  await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()

  expect(asked[0]?.headers.get('booking-token')).toBe('link-token')
})

it('shows kept tickets where there is no connection', async () => {
  keepBooking(aBooking(), false, Date.now())
  keepTickets(REFERENCE, someTickets(), Date.now())
  answering({})
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()

  expect(page.findAll('[role=img]').map((code) => code.attributes('aria-label'))).toEqual([
    'QR code of the ticket for seat C4',
    'QR code of the ticket for seat C5',
  ])
})

it('does not show an undecided booking as it was kept while the API can still be asked', async () => {
  keepBooking(aPendingBooking({ attempts: [{ number: 1, state: 'failed', amount: euro(2500), refund: euro(0) }] }), false, Date.now())
  vi.stubGlobal('fetch', () => new Promise(() => undefined))
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()

  expect(page.text()).not.toContain('declined')
})

it('tells nobody whether a booking that is not theirs exists', async () => {
  answering({ [`GET ${PATH}`]: () => problem('not-found', 404) })
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()

  expect(page.text()).toContain('This booking does not open here')
  expect(page.text()).toContain('Log in')
})

it('leaves nothing of an account’s tickets behind when its owner logs out', async () => {
  signedIn({ access_token: 'one', expires_in_s: 900 })
  answering({
    [`GET ${PATH}`]: () => json(aBooking()),
    [`GET ${PATH}/tickets`]: () => json({ reference: REFERENCE, showtime_id: '0DYPXR', tickets: someTickets() }),
  })
  await mounted(BookingPage, { reference: REFERENCE })
  useSession()
  await flushPromises()
  expect(keptBooking(REFERENCE)?.tickets).toHaveLength(2)

  signedOut()

  expect(JSON.stringify(localStorage)).not.toContain('token of')
})
