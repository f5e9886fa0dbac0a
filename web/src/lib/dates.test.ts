import { describe, expect, it } from 'vitest'

import { calendarDay, countdown, dayAfter, dayIn, timeOfDay } from './dates'

describe('a showtime', () => {
  it('is told in the cinema’s time, wherever the reader is', () => {
    const instant = '2026-11-28T19:15:00Z'
    expect(timeOfDay(instant, { language: 'de', timeZone: 'Europe/Berlin' })).toBe('20:15')
    expect(timeOfDay(instant, { language: 'de', timeZone: 'Asia/Kolkata' })).toBe('0:45')
  })
})

describe('a time', () => {
  it.each([
    ['en-US', '8:15~PM'],
    ['hi', '8:15~pm'],
    ['de', '20:15'],
  ])('stays in one line: %s', (language, text) => {
    expect(timeOfDay('2026-11-28T19:15:00Z', { language, timeZone: 'Europe/Berlin' })).toBe(text.replace('~', '\u00a0'))
  })
})

describe('a calendar day', () => {
  it('is the one it is there now', () => {
    const late = Date.parse('2026-11-28T20:00:00Z')
    expect(dayIn('Europe/Berlin', late)).toBe('2026-11-28')
    expect(dayIn('Asia/Kolkata', late)).toBe('2026-11-29')
  })

  it('counts over months and clock changes', () => {
    expect(dayAfter('2026-10-24', 2)).toBe('2026-10-26')
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01')
  })

  it.each([
    ['de', 'Samstag, 28.~November'],
    ['es', 'sábado, 28~de~noviembre'],
    ['en-US', 'Saturday, November~28'],
    ['hi', 'शनिवार, 28~नवंबर'],
  ])('keeps day and month in one line: %s', (language, text) => {
    expect(calendarDay('2026-11-28', language, { weekday: 'long', day: 'numeric', month: 'long' })).toBe(text.replaceAll('~', '\u00a0'))
  })

  it('is the same in every time zone', () => {
    expect(calendarDay('2026-11-28', 'en', { weekday: 'long' })).toBe('Saturday')
  })
})

describe('a countdown', () => {
  it.each([
    [600_000, '10:00'],
    [59_001, '1:00'],
    [1, '0:01'],
    [0, '0:00'],
    [-5_000, '0:00'],
  ])('of %i ms shows %s', (left, text) => {
    expect(countdown(left)).toBe(text)
  })
})
