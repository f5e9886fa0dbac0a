import { afterEach, describe, expect, it, vi } from 'vitest'

import { longDay, timeOfDay } from './dates'
import { moneyText } from './money'
import { regional } from './regions'

afterEach(() => {
  vi.unstubAllGlobals()
})

function aBrowserThatReads(...languages: string[]): void {
  vi.stubGlobal('navigator', { languages })
}

describe('the region of a language', () => {
  it.each([
    ['en', ['en-GB', 'en-US', 'en'], 'en-GB'],
    ['de', ['en-GB', 'de-AT', 'de'], 'de-AT'],
    ['es', ['es-419'], 'es-419'],
    ['en', ['en', 'en-GB'], 'en'],
    ['de', ['en-GB'], 'de'],
    ['hi', ['hi-Latn', 'hi-IN'], 'hi-IN'],
    ['en', ['en-US@posix', 'en-US-u-ca-buddhist'], 'en'],
    ['en-CA', ['en-GB'], 'en-CA'],
    ['en', [], 'en'],
  ])('%s, where the browser reads %j, is that of %s', (language, languages, tag) => {
    aBrowserThatReads(...languages)
    expect(regional(language)).toBe(tag)
  })

  it('tells days and times as they are told there', () => {
    const there = { language: 'en', timeZone: 'Europe/London' }
    aBrowserThatReads('en-GB')
    expect(longDay('2026-11-23T17:00:00Z', there)).toBe('Monday 23\u00a0November')
    expect(timeOfDay('2026-11-23T17:00:00Z', there)).toBe('17:00')
    aBrowserThatReads('en-US')
    expect(longDay('2026-11-23T17:00:00Z', there)).toBe('Monday, November\u00a023')
  })

  it('writes amounts as they are written there', () => {
    aBrowserThatReads('de-AT')
    expect(moneyText({ minor: 1250, currency: 'EUR' }, 'de').replaceAll(/\s/g, ' ')).toBe('€ 12,50')
  })
})
