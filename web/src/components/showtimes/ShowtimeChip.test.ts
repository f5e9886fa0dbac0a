import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import type { ListedShowtime } from '@/queries/showtimes'

import ShowtimeChip from './ShowtimeChip.vue'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const showtime: ListedShowtime = {
  id: 'BYXF9S',
  movie_id: 'movie',
  movie_title: 'Kite Season',
  cinema_id: 'cinema',
  cinema_name: 'Lichtburg',
  auditorium_id: 'cinema-S1',
  auditorium_name: 'Screen 1',
  plan_id: 'plan',
  plan_version: 1,
  price_list_id: 'prices',
  starts_at: '2026-11-22T19:15:00Z',
  ends_at: '2026-11-22T21:15:00Z',
  sales_close_at: '2026-11-22T19:25:00Z',
  business_date: '2026-11-22',
  time_zone: 'Europe/Berlin',
  format: '3D',
  language: 'en',
  subtitles: 'de',
  capacity: 120,
  status: 'on_sale',
  version: 1,
  seats_left: 118,
  price_from: { minor: 950, currency: 'EUR' },
}

const router = createRouter({
  history: createMemoryHistory(),
  routes: [
    { path: '/', component: { render: () => null } },
    { path: '/showtimes/:showtimeId/seats', name: 'seats', component: { render: () => null } },
  ],
})
const chip = (changes: Partial<ListedShowtime> = {}) =>
  mount(ShowtimeChip, { props: { showtime: { ...showtime, ...changes }, now: NOW }, global: { plugins: [i18n, router] } })

beforeEach(async () => {
  await useLanguage('de')
})

describe('a showtime to tap', () => {
  it('tells time in the zone of its cinema, format, language, subtitles, price and how full it is', () => {
    const text = chip().text().replaceAll('\u00a0', ' ')
    for (const part of ['20:15', 'ab 9,50 €', '3D', 'Englisch', 'Untertitel: Deutsch', 'Viele Plätze frei']) {
      expect(text).toContain(part)
    }
  })
  it('leads to its seats', () => {
    expect(chip().get('a').attributes('href')).toBe('/showtimes/BYXF9S/seats')
  })
  it('tells the last seats by number', () => {
    expect(chip({ seats_left: 3 }).text()).toContain('Nur noch 3 frei')
  })
  it('that is sold out says so, and leads nowhere', () => {
    const sold = chip({ seats_left: 0 })
    expect(sold.text()).toContain('Ausverkauft')
    expect(sold.find('a').exists()).toBe(false)
  })
  it('whose sales are closed says that, not that it is sold out', () => {
    const closed = chip({ seats_left: 0, sales_close_at: '2026-11-22T11:00:00Z' })
    expect(closed.text()).toContain('Verkauf beendet')
    expect(closed.text()).not.toContain('Ausverkauft')
    expect(closed.find('a').exists()).toBe(false)
  })
  it('after midnight names the day of the calendar', () => {
    expect(chip({ starts_at: '2026-11-22T23:30:00Z', sales_close_at: '2026-11-22T23:40:00Z' }).text()).toContain('Mo')
  })
})
