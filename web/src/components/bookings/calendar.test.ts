import { expect, it } from 'vitest'

import { calendarEntry, type Visit } from './calendar'

const NOW = Date.parse('2026-11-22T12:00:00.500Z')

function aVisit(changes: Partial<Visit> = {}): Visit {
  return {
    reference: 'K7M2QX-4FZ81QW',
    title: 'Kite Season',
    startsAt: '2026-11-23T19:15:00Z',
    endsAt: '2026-11-23T21:05:00Z',
    place: 'Lichtburg am Kanal, Uferstraße 12, Berlin',
    description: 'Screen 3\nC4, C5',
    url: 'https://matinee.example/bookings/K7M2QX-4FZ81QW',
    ...changes,
  }
}

it('tells the instants in UTC', () => {
  const entry = calendarEntry(aVisit(), NOW)
  expect(entry).toContain('DTSTART:20261123T191500Z\r\n')
  expect(entry).toContain('DTEND:20261123T210500Z\r\n')
  expect(entry).toContain('DTSTAMP:20261122T120000Z\r\n')
})

it('escapes what has a meaning in the format', () => {
  const entry = calendarEntry(aVisit({ title: 'Ice; Snow, and \\ Fire' }), NOW)
  expect(entry).toContain('SUMMARY:Ice\\; Snow\\, and \\\\ Fire\r\n')
  expect(entry).toContain('DESCRIPTION:Screen 3\\nC4\\, C5\r\n')
})

it('has no line of more than 75 octets, and reads the same unfolded', () => {
  const title = 'गर्मियों की आख़िरी पतंग और समंदर के किनारे एक बहुत लंबी फ़िल्म का नाम'
  const entry = calendarEntry(aVisit({ title }), NOW)
  for (const line of entry.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
  expect(entry.replaceAll('\r\n ', '')).toContain(`SUMMARY:${title}\r\n`)
})
