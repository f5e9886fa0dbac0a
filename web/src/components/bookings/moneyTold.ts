import type { Booking } from '@/queries/bookings'

import { type MoneyKey, type MoneyLine, moneyTrail } from '@/lib/standing'

export type ToldKey = MoneyKey | 'feeKept' | 'partKept'
export interface Told {
  key: ToldKey
  amount: MoneyLine['amount']
}
export interface Payment {
  attempt: number
  lines: Told[]
}

const GOES_BACK: readonly MoneyKey[] = ['toReturn', 'returning', 'returned', 'refused']

/** Payment by payment: what was paid, what of it went back, and what was kept: the fee, and a part of the tickets. */
export function moneyTold(booking: Pick<Booking, 'state' | 'attempts' | 'fee'>): Payment[] {
  return moneyTrail(booking).map(({ attempt, key, amount }) => {
    const paid = booking.attempts.find(({ number }) => number === attempt)?.amount
    if (paid === undefined || !GOES_BACK.includes(key)) return { attempt, lines: [{ key, amount }] }
    const kept = paid.minor - amount.minor
    // The fee is kept as a whole, or nothing is.
    const fee = kept >= booking.fee.minor ? booking.fee.minor : 0
    const lines: Told[] = [
      { key: 'paid', amount: paid },
      { key, amount },
      { key: 'partKept', amount: { ...paid, minor: kept - fee } },
      { key: 'feeKept', amount: { ...paid, minor: fee } },
    ]
    return { attempt, lines: lines.filter((line) => line.amount.minor > 0) }
  })
}
