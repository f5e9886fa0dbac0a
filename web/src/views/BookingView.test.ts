import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'

import { signedIn, signedOut } from '@/api/credentials'
import { keptBooking } from '@/lib/keptBookings'
import { json, problem } from '@/testing/api'
import { aBooking, answering, REFERENCE, theTickets } from '@/testing/bookings'
import { inAFreshBrowser } from '@/testing/browser'
import { mounted } from '@/testing/mount'

import BookingView from './BookingView.vue'

const PATH = `/bookings/${REFERENCE}`
const TICKETS = { [`GET ${PATH}/tickets`]: () => json(theTickets()) }
const LINK = `${PATH}?token=of-the-mail`

inAFreshBrowser()

it('a guest’s link is kept, so that the booking opens again', async () => {
  const asked = answering({ [`GET ${PATH}`]: () => json(aBooking()), ...TICKETS })
  await mounted(BookingView, { reference: REFERENCE }, LINK)
  await flushPromises()

  expect(asked[0]?.headers.get('booking-token')).toBe('of-the-mail')
  expect(keptBooking(REFERENCE)).toMatchObject({ by: 'link', token: 'of-the-mail' })
})

it('an account opens its booking without the link, and leaves no link behind', async () => {
  signedIn({ access_token: 'one', expires_in_s: 900 })
  const asked = answering({ [`GET ${PATH}`]: () => json(aBooking()), ...TICKETS })
  await mounted(BookingView, { reference: REFERENCE }, LINK)
  await flushPromises()
  expect(asked[0]?.headers.get('booking-token')).toBeNull()
  expect(keptBooking(REFERENCE)).toMatchObject({ by: 'account', token: null })

  answering({ [`GET ${PATH}`]: () => problem('not-found', 404) })
  signedOut()

  expect(keptBooking(REFERENCE)).toBeNull()
})

it('an account that the booking is not of opens it by the link', async () => {
  signedIn({ access_token: 'one', expires_in_s: 900 })
  let refused = 0
  const asked = answering({
    [`GET ${PATH}`]: () => (asked.at(-1)?.headers.get('booking-token') === 'of-the-mail' ? json(aBooking()) : (refused += 1, problem('not-found', 404))),
    ...TICKETS,
  })
  const { page } = await mounted(BookingView, { reference: REFERENCE }, LINK)
  await flushPromises()

  expect(refused).toBeGreaterThan(0)
  expect(page.text()).toContain('Kite Season')
})
