import { describe, expect, it } from 'vitest'

import { moneyText, shortMoneyText, sum } from './money'

describe('money', () => {
  it.each([
    [{ minor: 1250, currency: 'EUR' }, 'en', '€12.50'],
    [{ minor: 1200, currency: 'EUR' }, 'en', '€12.00'],
    [{ minor: 1250, currency: 'EUR' }, 'de', '12,50 €'],
    [{ minor: 32000, currency: 'INR' }, 'hi', '₹320.00'],
    [{ minor: 900, currency: 'JPY' }, 'en', '¥900'],
    [{ minor: 1505, currency: 'KWD' }, 'en', 'KWD 1.505'],
    [{ minor: 0, currency: 'EUR' }, 'en', '€0.00'],
  ])('%o in %s is %s', (money, language, text) => {
    expect(moneyText(money, language).replaceAll(/\s/g, ' ')).toBe(text)
  })

  it.each([
    [{ minor: 1250, currency: 'EUR' }, 'en', '€12.50'],
    [{ minor: 900, currency: 'EUR' }, 'de', '9 €'],
    [{ minor: 32000, currency: 'INR' }, 'hi', '₹320'],
    [{ minor: 900, currency: 'JPY' }, 'en', '¥900'],
  ])('%o alone in %s is %s', (money, language, text) => {
    expect(shortMoneyText(money, language).replaceAll(/\s/g, ' ')).toBe(text)
  })

  it('adds up in one currency only', () => {
    expect(sum([{ minor: 5, currency: 'EUR' }, { minor: 7, currency: 'EUR' }])).toEqual({ minor: 12, currency: 'EUR' })
    expect(sum([])).toBeNull()
    expect(() => sum([{ minor: 5, currency: 'EUR' }, { minor: 7, currency: 'INR' }])).toThrow()
  })
})
