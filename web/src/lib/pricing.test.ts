import { describe, expect, it } from 'vitest'

import { totalsOf, typeOf, typesFor } from './pricing'

const prices = {
  id: '01',
  cinema_id: '01',
  name: 'Weekday',
  currency: 'EUR',
  version: 1,
  booking_fee_minor: 50,
  ticket_types: [
    { id: 'child', name: 'Child' },
    { id: 'adult', name: 'Adult' },
  ],
  prices: [
    { ticket_type: 'adult', category: 'standard', minor: 1050 },
    { ticket_type: 'child', category: 'standard', minor: 750 },
    { ticket_type: 'adult', category: 'companion', minor: 0 },
  ],
} satisfies Parameters<typeof totalsOf>[0]

describe('ticket types', () => {
  it('are those that the category is sold as, in the list’s order', () => {
    expect(typesFor(prices, 'standard').map(({ id }) => id)).toEqual(['child', 'adult'])
    expect(typesFor(prices, 'companion').map(({ id }) => id)).toEqual(['adult'])
    expect(typesFor(prices, 'premium')).toEqual([])
  })

  it('are the first of the list unless one is chosen that fits', () => {
    expect(typeOf(prices, { category: 'standard', ticketType: null })?.id).toBe('child')
    expect(typeOf(prices, { category: 'standard', ticketType: 'adult' })?.id).toBe('adult')
    expect(typeOf(prices, { category: 'companion', ticketType: 'child' })?.id).toBe('adult')
    expect(typeOf(prices, { category: 'premium', ticketType: 'adult' })).toBeNull()
  })
})

describe('the total', () => {
  it('is the tickets and a fee for each', () => {
    const totals = totalsOf(prices, [
      { category: 'standard', ticketType: 'adult' },
      { category: 'standard', ticketType: 'child' },
      { category: 'companion', ticketType: null },
    ])
    expect(totals).toEqual({
      tickets: { minor: 1800, currency: 'EUR' },
      fee: { minor: 150, currency: 'EUR' },
      total: { minor: 1950, currency: 'EUR' },
    })
  })

  it('of nothing is nothing', () => {
    expect(totalsOf(prices, []).total).toEqual({ minor: 0, currency: 'EUR' })
  })
})
