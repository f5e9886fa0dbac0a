import { describe, expect, it } from 'vitest'

import { businessDay } from './dates'
import { durationText, initial, languageName, nearDay } from './names'

describe('durations', () => {
  it.each([
    [88, 'en', '1 hr 28 min'],
    [45, 'en', '45 min'],
    [120, 'en', '2 hr'],
    [0, 'en', '0 min'],
    [142, 'de', '2 Std. 22 Min.'],
  ])('%i minutes in %s: %s', (minutes, language, text) => {
    expect(durationText(minutes, language)).toBe(text)
  })
})

describe('names', () => {
  it('are in the language of the page', () => {
    expect(languageName('de', 'en')).toBe('German')
    expect(languageName('de', 'hi')).toBe('जर्मन')
  })
  it('of an unknown language is its code', () => {
    expect(languageName('qqq', 'en')).toBe('qqq')
  })
  it('have today and tomorrow, and no more', () => {
    expect([nearDay(0, 'es'), nearDay(1, 'de'), nearDay(2, 'en'), nearDay(-1, 'en')]).toEqual(['Hoy', 'Morgen', null, null])
  })
})

describe('a business day', () => {
  const at = (instant: string) => businessDay('Europe/Berlin', 6, Date.parse(instant))
  it('is still the evening before, until its hour', () => {
    expect(at('2026-11-22T04:59:00Z')).toBe('2026-11-21')
    expect(at('2026-11-22T05:00:00Z')).toBe('2026-11-22')
  })
  it('is that of the cinema, not of the device', () => {
    expect(businessDay('Asia/Kolkata', 5, Date.parse('2026-11-21T23:30:00Z'))).toBe('2026-11-22')
  })
})

it('the initial of a name is a whole character', () => {
  expect(['Lichtburg', '🎬 Kino', ''].map(initial)).toEqual(['L', '🎬', ''])
})
