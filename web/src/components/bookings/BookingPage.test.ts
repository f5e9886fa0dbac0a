import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'

import { signedIn, signedOut } from '@/api/credentials'
import { keepBooking, keepTickets, keptBooking } from '@/lib/keptBookings'
import { useSession } from '@/stores/session'
import { json, problem } from '@/testing/api'
import { aBooking, answering, aPaymentThatIs, aPendingBooking, euro, REFERENCE, someTickets, theTickets } from '@/testing/bookings'
import { inAFreshBrowser } from '@/testing/browser'
import { mounted, named } from '@/testing/mount'

import BookingPage from './BookingPage.vue'

const PATH = `/bookings/${REFERENCE}`

inAFreshBrowser()

it('asks the provider before it says how a payment stands', async () => {
  const asked = answering({
    [`GET ${PATH}`]: () => json(aPendingBooking()),
    [`POST ${PATH}/confirm`]: () => json(aBooking()),
    [`GET ${PATH}/tickets`]: () => json(theTickets()),
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

  const money = page.findAll('section[aria-labelledby=money] dl > div').map((row) => [row.find('dt').text(), row.find('dd').text()])
  expect(money).toEqual([['Paid', '€25.00'], ['Sent back', '€21.60'], ['Kept by the terms', '€2.40'], ['Booking fee, kept', '€1.00']])
  expect(asked).toHaveLength(1)
})

it('says that a bank is at it, and starts no payment beside it', async () => {
  const asked = answering({
    [`GET ${PATH}`]: () => json(aPendingBooking()),
    [`POST ${PATH}/confirm`]: () => json(aPendingBooking({ payment: aPaymentThatIs('processing') })),
  })
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()

  expect(page.text()).toContain('Your bank is processing your payment')
  expect(page.findAll('button').some((button) => button.text().startsWith('Pay'))).toBe(false)
  expect(asked.map(({ path }) => path.replace('/api/v1', ''))).toEqual([PATH, `${PATH}/confirm`])
})

it('asks for the page to pay on when that is wanted, and goes there', async () => {
  vi.stubGlobal('location', { ...location, origin: location.origin, href: location.href, assign: vi.fn() })
  const open = aPendingBooking({ payment: aPaymentThatIs('open') })
  answering({
    [`GET ${PATH}`]: () => json(aPendingBooking()),
    [`POST ${PATH}/confirm`]: () => json(open),
    [`POST ${PATH}/payments`]: () => json(open),
  })
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()
  await named(page, 'button', 'Pay €25.00').trigger('click')
  await flushPromises()

  expect(location.assign).toHaveBeenCalledWith('https://pay.example/1')
})

it('says what became of it where it was paid in another tab meanwhile', async () => {
  let paid = false
  answering({
    [`GET ${PATH}`]: () => json(aPendingBooking()),
    [`POST ${PATH}/confirm`]: () => json(paid ? aBooking() : aPendingBooking({ payment: aPaymentThatIs('open') })),
    [`POST ${PATH}/payments`]: () => ((paid = true), problem('booking-closed', 409, { reference: REFERENCE, state: 'confirmed' })),
    [`GET ${PATH}/tickets`]: () => json(theTickets()),
  })
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()
  await named(page, 'button', 'Pay €25.00').trigger('click')
  await flushPromises()

  expect(page.text()).toContain('See you at the movies')
  expect(page.find('[role=alert]').exists()).toBe(false)
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

it('asks for no tickets of what was kept as confirmed and is cancelled by now', async () => {
  keepBooking(aBooking(), false, Date.now())
  keepTickets(REFERENCE, someTickets(), Date.now())
  const asked = answering({ [`GET ${PATH}`]: () => json(aBooking({ state: 'cancelled', reason: 'showtime_cancelled', attempts: [] })) })
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()

  expect(asked.map(({ path }) => path.replace('/api/v1', ''))).toEqual([PATH])
  expect(page.text()).toContain('The cinema cancelled this showtime')
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
    [`GET ${PATH}/tickets`]: () => json(theTickets()),
  })
  await mounted(BookingPage, { reference: REFERENCE })
  useSession()
  await flushPromises()
  expect(keptBooking(REFERENCE)?.tickets).toHaveLength(2)

  signedOut()

  expect(JSON.stringify(localStorage)).not.toContain('token of')
})

it('asks nobody any longer whether to cancel what is over', async () => {
  let isOver = false
  answering({
    [`GET ${PATH}`]: () => json(aPendingBooking()),
    [`POST ${PATH}/confirm`]: () => json(isOver ? aBooking({ state: 'cancelled', reason: 'customer' }) : aPendingBooking({ payment: aPaymentThatIs('open') })),
  })
  const { page } = await mounted(BookingPage, { reference: REFERENCE })
  await flushPromises()
  await named(page, 'button', 'Give these seats up').trigger('click')
  await vi.waitUntil(() => document.querySelector('[role=dialog]') !== null, { timeout: 10_000 })
  isOver = true
  await vi.waitUntil(() => document.querySelector('[role=dialog]') === null, { timeout: 10_000 })

  expect(page.text()).toContain('Your booking is cancelled')
}, 20_000)
