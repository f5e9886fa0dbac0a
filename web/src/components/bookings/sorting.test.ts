import { expect, it } from 'vitest'

import { comingAndPast, withoutTwice } from './sorting'

const NOW = Date.parse('2026-11-22T12:00:00Z')

function aBooking(reference: string, day: string, state = 'confirmed') {
  return { reference, state, showtime: { starts_at: `${day}T19:00:00Z`, ends_at: `${day}T21:00:00Z` } }
}

const references = (bookings: { reference: string }[]): string[] => bookings.map(({ reference }) => reference)

it('lists what is to come with the soonest first, and what is past with the latest first', () => {
  const { coming, past } = comingAndPast(
    [aBooking('C', '2026-11-29'), aBooking('A', '2026-11-20'), aBooking('B', '2026-11-23'), aBooking('D', '2026-11-21')],
    NOW,
  )
  expect(references(coming)).toEqual(['B', 'C'])
  expect(references(past)).toEqual(['D', 'A'])
})

it('counts a showtime that is running as to come', () => {
  const running = { reference: 'R', state: 'confirmed', showtime: { starts_at: '2026-11-22T11:00:00Z', ends_at: '2026-11-22T13:00:00Z' } }
  expect(references(comingAndPast([running], NOW).coming)).toEqual(['R'])
})

it.each(['lapsed', 'cancelled', 'cancelling'])('does not count a %s booking as to come', (state) => {
  expect(comingAndPast([aBooking('X', '2026-11-29', state)], NOW).coming).toEqual([])
})

it('keeps one of two that are the same, the first', () => {
  const first = aBooking('A', '2026-11-29')
  expect(withoutTwice([first], [aBooking('A', '2026-11-29', 'pending'), aBooking('B', '2026-11-30')])).toEqual([
    first,
    aBooking('B', '2026-11-30'),
  ])
})
