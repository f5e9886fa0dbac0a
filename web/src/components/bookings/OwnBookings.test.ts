import { onlineManager } from '@tanstack/vue-query'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'

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

describe('without a connection', () => {
  const earlier = aBooking({ reference: 'OLDER1-0000001', state: 'cancelled', reason: 'customer' })
  const notice = (page: VueWrapper): boolean => page.find('[role=alert]').exists()

  afterEach(() => {
    onlineManager.setOnline(true)
  })

  /** Somebody asks for earlier ones, by key. */
  async function asksForMore(): Promise<VueWrapper> {
    signedIn({ access_token: 'one', expires_in_s: 900 })
    const pages = [{ bookings: [aBooking()], next: 'cursor' }, { bookings: [earlier], next: null }]
    answering({ 'GET /bookings': () => json(pages.shift()) })
    const { page } = await mounted(OwnBookings)
    const more = await vi.waitFor(() => named(page, 'button', 'Show earlier'))
    onlineManager.setOnline(false)
    ;(more.element as HTMLElement).focus()
    await more.trigger('click')
    await vi.waitFor(() => {
      expect(notice(page)).toBe(true)
    })
    return page
  }

  it('earlier ones are said to be out of reach, and no room is made for them', async () => {
    const page = await asksForMore()

    expect(page.find('[role=alert]').text()).toContain('We can’t reach Matinee')
    expect(document.activeElement).toBe(page.find('[role=alert]').element)
    expect((page.element as HTMLElement).style.minHeight).toBe('0px')
  })

  it('asking again changes nothing; with one they come, and the focus goes to them', async () => {
    const page = await asksForMore()
    const again = named(page, 'button', 'Try again')
    ;(again.element as HTMLElement).focus()
    await again.trigger('click')
    await flushPromises()
    expect(notice(page)).toBe(true)

    onlineManager.setOnline(true)
    await vi.waitFor(() => {
      expect(page.findAll('article')).toHaveLength(2)
    })
    await vi.waitFor(() => {
      expect(document.activeElement?.getAttribute('href')).toContain(earlier.reference)
    })
    expect(notice(page)).toBe(false)
  })
})

describe('the focus, when a booking is taken off this device,', () => {
  const ANOTHER = 'OLDER1-0000001'

  async function forgets(page: VueWrapper, reference: string): Promise<void> {
    const button = named(page, 'button', reference)
    ;(button.element as HTMLElement).focus()
    await button.trigger('click')
    await flushPromises()
  }

  it('goes to the next one, and from the last one to the heading', async () => {
    const inTwoDays = new Date(Date.now() + 48 * 3_600_000).toISOString()
    const { showtime } = aBooking()
    keepBooking(aBooking(), false, Date.now())
    keepBooking(aBooking({ reference: ANOTHER, showtime: { ...showtime, starts_at: inTwoDays, ends_at: inTwoDays } }), false, Date.now())
    answering({})
    const { page } = await mounted(OwnBookings)

    await forgets(page, REFERENCE)
    expect(document.activeElement?.getAttribute('href')).toContain(ANOTHER)

    await forgets(page, ANOTHER)
    expect(document.activeElement).toBe(page.find('h1').element)
  })
})
