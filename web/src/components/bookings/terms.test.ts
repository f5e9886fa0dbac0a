import { expect, it } from 'vitest'

import { euro } from '@/testing/bookings'

import { cancelUntil, termsKey } from './terms'

const UNTIL = '2026-11-22T18:15:00Z'
const BEFORE = Date.parse('2026-11-22T12:00:00Z')
const AFTER = Date.parse('2026-11-22T18:15:00Z')
const priced = { fee: euro(100), total: euro(2500) }
const free = { fee: euro(0), total: euro(0) }

it('a booking can be given back until so many minutes before the start', () => {
  expect(cancelUntil('2026-11-22T19:15:00Z', { closes_minutes: 60, refund_per_cent: 100 })).toBe('2026-11-22T18:15:00.000Z')
})

it.each([
  ['termsFull', 100, priced, BEFORE],
  ['termsFullNoFee', 100, { ...priced, fee: euro(0) }, BEFORE],
  ['termsPart', 90, priced, BEFORE],
  ['termsPartNoFee', 90, { ...priced, fee: euro(0) }, BEFORE],
  ['termsNone', 0, priced, BEFORE],
  ['termsOver', 100, priced, AFTER],
])('%s are the terms of %i per cent', (key, refund_per_cent, quote, now) => {
  expect(termsKey({ closes_minutes: 60, refund_per_cent }, UNTIL, quote, now)).toBe(key)
})

it.each([
  ['termsFree', BEFORE],
  ['termsOverFree', AFTER],
])('what costs nothing comes with terms that promise no money: %s', (key, now) => {
  for (const refund_per_cent of [0, 50, 100]) {
    expect(termsKey({ closes_minutes: 60, refund_per_cent }, UNTIL, free, now)).toBe(key)
  }
})
