/** What depends on the time changes when its time comes, on a page that nobody touches. */
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Schemas } from '@/api/client'
import { json } from '@/testing/api'
import { aBooking, aHold, answering, REFERENCE, SHOWTIME, theTickets } from '@/testing/bookings'
import { inAFreshBrowser } from '@/testing/browser'
import { mounted, named } from '@/testing/mount'

import BookingDetails from './BookingDetails.vue'
import BookingStanding from './BookingStanding.vue'
import CheckOutTerms from './CheckOutTerms.vue'
import TicketList from './TicketList.vue'

const HOUR_MS = 3_600_000

inAFreshBrowser()
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** It can be given back for an hour, begins in two and ends in four. */
function aBookingForSoon(changes: Partial<Schemas['BookingOut']> = {}): Schemas['BookingOut'] {
  const { showtime } = aBooking()
  const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString()
  return aBooking({ cancel_until: inHours(1), showtime: { ...showtime, starts_at: inHours(2), ends_at: inHours(4) }, ...changes })
}
async function hoursPass(hours: number): Promise<void> {
  vi.setSystemTime(Date.now() + hours * HOUR_MS)
  vi.advanceTimersByTime(1_000)
  await flushPromises()
}

describe('a booking', () => {
  it('is offered to be cancelled until it is too late, and after the showtime nothing is said of that', async () => {
    const { page } = await mounted(BookingDetails, { booking: aBookingForSoon() })
    expect(named(page, 'button', 'Cancel').exists()).toBe(true)
    expect(page.text()).toContain('You can cancel until')

    await hoursPass(1)
    expect(page.find('button').exists()).toBe(false)
    expect(page.text()).toContain('Cancelling was possible until')

    await hoursPass(3)
    expect(page.text()).not.toContain('ancel')
  })

  it('that was lost is chosen again only until its showtime begins; whoever is at the link stays there', async () => {
    const booking = aBookingForSoon({ state: 'lapsed' })
    const standing = { key: 'timeOver', tone: 'over', action: 'choose-again' } as const
    const { page } = await mounted(BookingStanding, { standing, booking, busy: false, error: null, timeLeft: null })
    const link = page.find('a')
    link.element.focus()
    expect(link.attributes('href')).toBe(`/showtimes/${SHOWTIME}/seats`)

    await hoursPass(2)
    expect(link.attributes('href')).toBe(`/movies/${booking.showtime.movie_id}`)
    expect(link.text()).toBe('See other showtimes')
    expect(document.activeElement).toBe(link.element)
  })
})

describe('tickets', () => {
  it('are for the door and the calendar until the showtime is over', async () => {
    answering({ [`GET /bookings/${REFERENCE}/tickets`]: () => json(theTickets()) })
    const { page } = await mounted(TicketList, { booking: aBookingForSoon(), mayAsk: true })
    expect(page.text()).toContain('Show the code at the door')
    expect(named(page, 'button', 'Add to calendar').exists()).toBe(true)

    await hoursPass(4)
    expect(page.text()).not.toContain('Show the code at the door')
    expect(page.text()).not.toContain('Add to calendar')
  })
})

it('the terms that are agreed to are those of now', async () => {
  const { showtime } = aBookingForSoon()
  answering({ [`GET /cinemas/${showtime.cinema_id}`]: () => json({ cancellation: { closes_minutes: 60, refund_per_cent: 100 } }) })
  const { page } = await mounted(CheckOutTerms, { showtime, hold: aHold(), otherSeats: false })
  await flushPromises()
  expect(page.text()).toContain('You can cancel until')

  await hoursPass(1)
  expect(page.text()).toContain('It is too late to cancel once you have paid')
})

describe('the focus, when what it is at goes with the time,', () => {
  it('goes from cancelling to why there is none any more', async () => {
    const { page } = await mounted(BookingDetails, { booking: aBookingForSoon() })
    ;(named(page, 'button', 'Cancel').element as HTMLElement).focus()

    await hoursPass(1)
    expect(document.activeElement?.textContent).toContain('Cancelling was possible until')
  })

  it('goes from the calendar to the tickets', async () => {
    answering({ [`GET /bookings/${REFERENCE}/tickets`]: () => json(theTickets()) })
    const { page } = await mounted(TicketList, { booking: aBookingForSoon(), mayAsk: true })
    ;(named(page, 'button', 'Add to calendar').element as HTMLElement).focus()

    await hoursPass(4)
    expect(document.activeElement).toBe(page.find('h2').element)
  })

  it('stays where it is if it is elsewhere, and nowhere if it is nowhere', async () => {
    const { page } = await mounted(BookingDetails, { booking: aBookingForSoon() })

    await hoursPass(1)
    expect(page.text()).toContain('Cancelling was possible until')
    expect(document.activeElement).toBe(document.body)
  })
})
