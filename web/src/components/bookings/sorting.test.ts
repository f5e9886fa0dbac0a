import { describe, expect, it } from 'vitest'

import { anew, comingAndPast, type Groups, withMore, withoutTwice } from './sorting'

const NOW = Date.parse('2026-11-22T12:00:00Z')

function aBooking(reference: string, day: string, state = 'confirmed') {
  return { reference, state, showtime: { starts_at: `${day}T19:00:00Z`, ends_at: `${day}T21:00:00Z` } }
}

const references = (bookings: readonly { reference: string }[]): string[] => bookings.map(({ reference }) => reference)

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

describe('more bookings, while some are looked at', () => {
  const coming = { E: '2026-11-28', F: '2026-11-30' }
  const past = { A: '2026-11-20', B: '2026-11-16', C: '2026-11-12', D: '2026-11-08' }
  const LISTED = ['E', 'F', 'A', 'B', 'C', 'D']

  function listed(more: Record<string, string>, lookedAt: string[], before = LISTED): string {
    const bookings = Object.entries({ ...coming, ...past, ...more }).map(([reference, day]) => aBooking(reference, day))
    return told(withMore(bookings, NOW, before, lookedAt))
  }
  function told(groups: Groups<{ reference: string }>): string {
    return `${references(groups.coming).join('')} | ${references(groups.past).join('')}`
  }

  it.each([
    ['older than all', { x: '2026-11-01' }, 'EF | ABCDx'],
    ['that belongs above them', { x: '2026-11-18' }, 'EF | AxBCD'],
    ['that belongs between them', { x: '2026-11-10' }, 'EF | ABCDx'],
  ])('has one %s where nothing moves that is looked at', (_, more, expected) => {
    expect(listed(more, ['C', 'D'])).toBe(expected)
  })

  it('has new ones to come where they belong, and all other new ones at the end then', () => {
    expect(listed({ x: '2026-11-29', y: '2026-11-18', z: '2026-11-01' }, ['C', 'D'])).toBe('ExF | ABCDyz')
  })

  it('has no new ones between the last ones to come and the first past ones', () => {
    expect(listed({ x: '2026-12-24', y: '2026-11-25' }, ['F', 'A'])).toBe('yExF | ABCD')
  })

  it('leaves past ones as they are listed where new ones are to come', () => {
    expect(listed({ x: '2026-11-29' }, ['C', 'D'], ['E', 'F', 'B', 'A', 'C', 'D'])).toBe('ExF | BACD')
  })

  it('listed once more, are where they were; with others among them, in order', () => {
    const bookings = Object.entries(past).map(([reference, day]) => aBooking(reference, day))
    expect(told(anew(bookings, NOW, ['A', 'C', 'B', 'D']))).toBe(' | ACBD')
    expect(told(anew([...bookings, aBooking('x', '2026-11-14')], NOW, ['A', 'C', 'B', 'D']))).toBe(' | ABxCD')
  })
})
