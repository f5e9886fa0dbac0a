import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'

import { knownGuest, signedIn } from '@/api/credentials'
import { keepBooking, keepCheckedOut, keptBooking } from '@/lib/keptBookings'
import { json } from '@/testing/api'
import { aBooking, answering, aPendingBooking, REFERENCE } from '@/testing/bookings'
import { inAFreshBrowser } from '@/testing/browser'
import { mounted, named } from '@/testing/mount'

import OwnBookings from './OwnBookings.vue'

inAFreshBrowser()

it('finds the booking of a guest who went to pay in another tab', async () => {
  keepCheckedOut({ reference: REFERENCE, token: 'link', tickets: [] }, false, Date.now())
  answering({ [`GET /bookings/${REFERENCE}`]: () => json(aPendingBooking()) })
  const { page } = await mounted(OwnBookings)
  await flushPromises()
  await flushPromises()

  expect(page.text()).toContain(aPendingBooking().showtime.movie_title)
})

it('a guest sees the bookings whose links this browser keeps, without asking the API', async () => {
  keepBooking(aBooking(), false, Date.now())
  const asked = answering({})
  const { page } = await mounted(OwnBookings)
  await flushPromises()

  expect(page.find('h3').text()).toBe('Kite Season')
  expect(page.text()).toContain('2 seats: C4, C5')
  expect(asked).toEqual([])
})

it('a guest can take a booking off this device', async () => {
  keepBooking(aBooking(), false, Date.now())
  answering({})
  const { page } = await mounted(OwnBookings)
  await named(page, 'button', 'Forget').trigger('click')

  expect(keptBooking(REFERENCE)).toBeNull()
  expect(page.text()).toContain('No bookings yet')
})

it('a guest who takes a booking off this device is another guest from then on', async () => {
  localStorage.setItem('matinee.guest', JSON.stringify({ guest_id: 'g', expires_at: '2999-01-01T00:00:00Z' }))
  keepBooking(aBooking(), false, Date.now())
  answering({})
  const { page } = await mounted(OwnBookings)
  await named(page, 'button', 'Forget').trigger('click')

  expect(knownGuest()).toBeNull()
})

it('an account sees its own once, page by page', async () => {
  signedIn({ access_token: 'one', expires_in_s: 900 })
  keepBooking(aBooking(), true, Date.now())
  const pages = [
    { bookings: [aBooking()], next: 'cursor' },
    { bookings: [aBooking({ reference: 'OLDER1-0000001', state: 'cancelled', reason: 'customer' })], next: null },
  ]
  answering({ 'GET /bookings': () => json(pages.shift()) })
  const { page } = await mounted(OwnBookings)
  const more = await vi.waitFor(() => named(page, 'button', 'Show earlier'))
  expect(page.findAll('article')).toHaveLength(1)

  await more.trigger('click')
  await vi.waitFor(() => {
    expect(page.findAll('article')).toHaveLength(2)
  })
  expect(page.findAll('h2').map((heading) => heading.text())).toEqual(['Coming up', 'Past and cancelled'])
  expect(page.findAll('button').some((button) => button.text().includes('Show earlier'))).toBe(false)
})

it('an account out of reach sees what this device kept, and is told so', async () => {
  signedIn({ access_token: 'one', expires_in_s: 900 })
  keepBooking(aBooking(), true, Date.now())
  answering({})
  const { page } = await mounted(OwnBookings)

  await vi.waitFor(() => {
    expect(page.text()).toContain('as this device kept them')
  })
  expect(page.findAll('article')).toHaveLength(1)
})

it('who has none is told where to begin', async () => {
  answering({})
  const { page } = await mounted(OwnBookings)
  await flushPromises()

  expect(page.text()).toContain('No bookings yet')
  expect(page.findAll('a').map((link) => link.text())).toEqual(['See what’s on', 'Log in'])
})
