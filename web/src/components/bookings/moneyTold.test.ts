import { describe, expect, it } from 'vitest'

import type { Schemas } from '@/api/client'
import { euro } from '@/testing/bookings'

import { moneyTold } from './moneyTold'

type Attempt = Schemas['AttemptOut']

function told(state: Schemas['BookingOut']['state'], fee: number, ...attempts: [Attempt['state'], number, number][]) {
  const booking = {
    state,
    fee: euro(fee),
    attempts: attempts.map(([state, amount, refund], index) => ({ number: index + 1, state, amount: euro(amount), refund: euro(refund) })),
  }
  return moneyTold(booking).map(({ lines }) => lines.map(({ key, amount }) => [key, amount.minor]))
}

describe('of a payment', () => {
  it('that went back in part it is told what was paid, what came back and what was kept: they add up', () => {
    expect(told('cancelled', 100, ['refunded', 2500, 2160])).toEqual([
      [['paid', 2500], ['returned', 2160], ['partKept', 240], ['feeKept', 100]],
    ])
  })
  it('that went back but for the fee no part of the tickets is said to be kept', () => {
    expect(told('cancelling', 100, ['refunding', 2500, 2400])).toEqual([[['paid', 2500], ['returning', 2400], ['feeKept', 100]]])
  })
  it('that went back whole nothing is said to be kept', () => {
    expect(told('lapsed', 100, ['refunded', 2500, 2500])).toEqual([[['paid', 2500], ['returned', 2500]]])
  })
  it('that the bank refused to take back it is told, too, what was paid', () => {
    expect(told('cancelled', 0, ['refused', 2400, 2160])).toEqual([[['paid', 2400], ['refused', 2160], ['partKept', 240]]])
  })
  it('of which nothing goes back it is told what is kept: all of it', () => {
    const all = [['paid', 2500], ['partKept', 2400], ['feeKept', 100]]
    expect(told('cancelled', 100, ['refunded', 2500, 0])).toEqual([all])
    expect(told('cancelled', 100, ['paid', 2500, 0])).toEqual([all])
  })
  it('each one has its own lines', () => {
    expect(told('cancelled', 100, ['failed', 2500, 0], ['refunded', 2500, 2400])).toEqual([
      [['declined', 2500]],
      [['paid', 2500], ['returned', 2400], ['feeKept', 100]],
    ])
  })
})
