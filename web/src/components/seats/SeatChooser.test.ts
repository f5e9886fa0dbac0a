import { onlineManager } from '@tanstack/vue-query'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { json, problem } from '@/testing/api'
import { answering } from '@/testing/bookings'
import { inAFreshBrowser } from '@/testing/browser'
import { aHold } from '@/testing/holds'
import { mounted, named } from '@/testing/mount'
import CheckOutView from '@/views/CheckOutView.vue'

import SeatChooser from './SeatChooser.vue'

const SHOWTIME = {
  id: 'SHOW01',
  starts_at: '2099-01-01T19:00:00Z',
  time_zone: 'Europe/Berlin',
  format: '2D',
  language: 'de',
  subtitles: null,
  movie_id: 'M1',
  movie_title: 'Kite Season',
  cinema_name: 'Lichtburg',
  auditorium_name: 'Screen 2',
  plan_id: 'P1',
  plan_version: 1,
  price_list_id: 'L1',
}
const seatsOf = (count: number, category: string) =>
  Array.from({ length: count }, (_, position) => ({ number: String(position + 1), position, category }))
const PLAN = {
  rows: [
    { id: 'A', label: 'A', seats: seatsOf(2, 'wheelchair'), aisles: [] },
    { id: 'B', label: 'B', seats: seatsOf(14, 'standard'), aisles: [] },
  ],
}
const PRICES = {
  id: 'L1',
  currency: 'EUR',
  ticket_types: [{ id: 'adult', name: 'Adult' }],
  prices: ['standard', 'wheelchair'].map((category) => ({ ticket_type: 'adult', category, minor: 1050 })),
}
const HOLDS = 'POST /showtimes/SHOW01/holds'

/** A whole page is drawn: on a busy machine that takes its time. */
const PATIENCE_MS = 20_000
vi.setConfig({ testTimeout: 2 * PATIENCE_MS })
const until = (isSo: () => void): Promise<void> => vi.waitFor(isSo, { timeout: PATIENCE_MS })

type Answers = Parameters<typeof answering>[0]

async function shown({ taken = [] as { row: string; taken: string[] }[], answers = {} as Answers } = {}) {
  const asked = answering({
    'GET /showtimes/SHOW01': () => json(SHOWTIME),
    'GET /showtimes/SHOW01/availability': () => json({ on_sale: true, seats_left: 16, rows: taken }),
    'GET /seating-plans/P1/versions/1': () => json(PLAN),
    'GET /price-lists/L1': () => json(PRICES),
    ...answers,
  })
  const { page } = await mounted(SeatChooser, { showtimeId: 'SHOW01' }, '/showtimes/SHOW01/seats')
  await until(() => {
    expect(page.text()).toContain('Best seats for')
  })
  return { page, asked }
}

function picked(seats: readonly string[], hold: ReturnType<typeof aHold> | null = null, ending: { how: string } | null = null): void {
  const picks = seats.map((seat) => ({ seat, ticketType: null }))
  const selection = { picks, hold, heldBy: 'guest', owner: null, asking: null, ending, touchedAt: Date.now() }
  localStorage.setItem('matinee.selection.SHOW01', JSON.stringify(selection))
  localStorage.setItem('matinee.guest', JSON.stringify({ guest_id: 'g1', expires_at: '2999-01-01T00:00:00Z' }))
}

const rowB = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => `B-${String(from + i)}`)
const button = (page: VueWrapper, name: string) => named(page, 'button', name)

async function press(page: VueWrapper, name: string): Promise<void> {
  await button(page, name).trigger('click')
  await flushPromises()
}

async function wantPlaces(page: VueWrapper, count: number): Promise<void> {
  await press(page, 'Wheelchair places, kind of seat')
  for (let i = 0; i < count; i += 1) await page.get('[role=group][aria-label="Wheelchair places"] button[aria-label="One more"]').trigger('click')
}

inAFreshBrowser()
afterEach(() => {
  onlineManager.setOnline(true)
})

describe('ten seats at most', () => {
  it('is not said any longer once the seats are held', async () => {
    picked(rowB(1, 10))
    const { page } = await shown({ answers: { [HOLDS]: () => json(aHold({ seats: rowB(1, 10) }), 201) } })
    await page.get('[data-seat="B-11"]').trigger('click')
    expect(page.text()).toContain('10 seats at most')

    await press(page, 'Hold 10 seats')
    await until(() => {
      expect(page.text()).toContain('Your 10 seats are held')
    })

    expect(page.text()).not.toContain('10 seats at most')
  })
})

describe('a showtime that is not there', () => {
  const gone = { 'GET /showtimes/SHOW01': () => problem('not-found', 404), 'GET /showtimes/SHOW01/availability': () => problem('not-found', 404) }

  it.each([SeatChooser, CheckOutView])('is told with a way to what is on, and nothing to try again', async (view) => {
    answering(gone)
    const { page } = await mounted(view, { showtimeId: 'SHOW01' })
    await until(() => {
      expect(page.find('h1').text()).toBe('This showtime does not exist')
    })

    expect(page.findAll('button')).toEqual([])
    expect(page.get('a').attributes('href')).toBe('/')
  })
})

describe('an answer that did not come', () => {
  it('is told until the connection is back', async () => {
    picked(['B-1', 'B-2'], aHold({ seats: ['B-1', 'B-2'] }))
    const { page } = await shown({ answers: { 'GET /showtimes/SHOW01/holds': () => new TypeError('no network') } })
    await until(() => {
      expect(page.text()).toContain('We can’t reach Matinee')
    })

    onlineManager.setOnline(false)
    onlineManager.setOnline(true)
    await flushPromises()

    expect(page.text()).not.toContain('We can’t reach Matinee')
    expect(page.text()).toContain('Your 2 seats are held')
  })
})

describe('wheelchair places', () => {
  it('can be asked for up to as many as are free', async () => {
    const { page } = await shown({ taken: [{ row: 'A', taken: ['1'] }] })
    await wantPlaces(page, 2)

    expect(page.get('[role=group][aria-label="Wheelchair places"] output').text()).toBe('1')
    expect(page.text()).toContain('Only 1 wheelchair place is free')
  })

  it('that are missing are not made up for by ordinary seats', async () => {
    const taken: { row: string; taken: string[] }[] = []
    const refuse = (): Response => {
      taken.push({ row: 'A', taken: ['1', '2'] })
      return problem('no-block', 409, { party: 2, largest: 1 })
    }
    picked([])
    const { page } = await shown({ taken, answers: { [HOLDS]: refuse } })
    await wantPlaces(page, 1)
    await page.get('form').trigger('submit')
    await until(() => {
      expect(page.get('aside').text()).toContain('No wheelchair place is free')
    })

    expect(page.text()).not.toContain('Take the best')
  })
})

describe('where no seat is to be had', () => {
  const ON_SALE = { on_sale: true, seats_left: 16, rows: [] }
  const AVAILABILITY = 'GET /showtimes/SHOW01/availability'
  const bestSeats = (page: VueWrapper) => page.get('form').classes()

  it.each([
    ['it is sold out', { seats_left: 0 }, 'on_sale', 'Sold out'],
    ['sales are closed', { on_sale: false }, 'on_sale', 'Sales are closed'],
    ['it is cancelled', { on_sale: false }, 'cancelled', 'This showtime is cancelled'],
  ])('nobody is asked to pick any, but told why and where else to look: %s', async (_, news, status, title) => {
    const { page } = await shown({
      answers: { [AVAILABILITY]: () => json({ ...ON_SALE, ...news }), 'GET /showtimes/SHOW01': () => json({ ...SHOWTIME, status }) },
    })

    expect(page.text()).toContain(title)
    expect(bestSeats(page)).toContain('invisible')
    expect(page.get('aside').classes()).toContain('hidden!')
    expect(named(page, 'a', 'See other showtimes').attributes('href')).toBe('/movies/M1')
  })

  it('who holds the last seats is not told that there are none', async () => {
    const held = aHold({ seats: ['B-1', 'B-2'] })
    picked(['B-1', 'B-2'], held)
    const { page } = await shown({
      answers: { [AVAILABILITY]: () => json({ ...ON_SALE, seats_left: 0 }), 'GET /showtimes/SHOW01/holds': () => json(held) },
    })

    expect(page.text()).toContain('Your 2 seats are held')
    expect(bestSeats(page)).not.toContain('invisible')
    expect(page.get('aside').classes()).not.toContain('hidden!')
  })

  it('learns why sales ended while it is looked at', async () => {
    const now = { ...ON_SALE }
    const showtime = { ...SHOWTIME, status: 'on_sale' }
    const { page } = await shown({ answers: { [AVAILABILITY]: () => json(now), 'GET /showtimes/SHOW01': () => json(showtime) } })
    expect(bestSeats(page)).not.toContain('invisible')

    now.on_sale = false
    showtime.status = 'cancelled'
    await until(() => {
      expect(page.text()).toContain('This showtime is cancelled')
    })
    expect(page.get('[aria-live]').text()).toBe('This showtime is cancelled')
  })

  it('picks none', async () => {
    const { page } = await shown({ answers: { [AVAILABILITY]: () => json({ ...ON_SALE, on_sale: false }) } })

    await page.get('[data-seat="B-3"]').trigger('click')

    expect(page.get('[data-seat="B-3"]').attributes('aria-checked')).toBe('false')
  })
})

describe('a seat left alone', () => {
  it('is mended by a move told in short', async () => {
    picked(rowB(2, 10))
    const { page } = await shown()

    expect(button(page, 'Move to').text()).toBe('Move to B1–B9')
  })
})

describe('seats that could not be given back', () => {
  it('are given back when that is tried again, and not taken once more', async () => {
    picked(['B-1', 'B-2'], aHold({ seats: ['B-1', 'B-2'] }))
    let isBusy = true
    const { page, asked } = await shown({
      answers: {
        'GET /showtimes/SHOW01/holds': () => json(aHold({ seats: ['B-1', 'B-2'] })),
        'DELETE /showtimes/SHOW01/holds': () => (isBusy ? problem('not-possible', 500) : new Response(null, { status: 204 })),
      },
    })
    await press(page, 'Give them back')
    await until(() => {
      expect(page.text()).toContain('Try again')
    })

    isBusy = false
    await press(page, 'Try again')
    await until(() => {
      expect(page.text()).toContain('Hold 2 seats')
    })

    expect(asked.filter((request) => JSON.stringify(request).includes('POST'))).toEqual([])
  })
})

describe('seats that are given back', () => {
  it('leave the keyboard in the panel, where they can be held again', async () => {
    vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
    picked(['B-1', 'B-2'], aHold({ seats: ['B-1', 'B-2'] }))
    const { page } = await shown({
      answers: {
        'GET /showtimes/SHOW01/holds': () => json(aHold({ seats: ['B-1', 'B-2'] })),
        'DELETE /showtimes/SHOW01/holds': () => new Response(null, { status: 204 }),
      },
    })

    await press(page, 'Give them back')

    await until(() => {
      expect(document.activeElement).toBe(page.get('[data-go]').element)
    })
  })
})

describe('a phone', () => {
  it('goes on showing the seats once they are held, with the time left in the bar', async () => {
    vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => undefined, removeEventListener: () => undefined }))
    picked(['B-1', 'B-2'])
    const { page } = await shown({ answers: { [HOLDS]: () => json(aHold({ seats: ['B-1', 'B-2'] }), 201) } })

    await press(page, 'Hold 2 seats')
    await until(() => {
      expect(document.activeElement).toBe(page.get('[data-bar]').element)
    })

    expect(page.get('[data-bar]').attributes('aria-expanded')).toBe('false')
    expect(page.get('[data-bar] [role=timer]').text()).toContain('Time left')
  })
})

describe('a hold that ended while its holder was elsewhere', () => {
  it('is told of when they come back, on a phone too', async () => {
    picked(['B-1', 'B-2'], null, { how: 'expired' })
    const { page } = await shown()

    expect(page.get('[data-bar]').attributes('aria-expanded')).toBe('true')
    expect(page.text()).toContain('Your time ran out')
  })
})
