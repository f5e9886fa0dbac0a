import type { Booking } from '@/queries/bookings'

import { type MoneyKey, type MoneyLine, moneyTrail } from '@/lib/standing'

export type ToldKey = Exclude<MoneyKey, 'kept'> | 'feeKept' | 'partKept'
export interface Told {
  key: ToldKey
  amount: MoneyLine['amount']
}
export interface Payment {
  attempt: number
  lines: Told[]
}

/** Payment by payment: what was paid, what of it went back, and what was kept: the fee, and a part of the tickets. */
export function moneyTold(booking: Pick<Booking, 'state' | 'attempts' | 'fee'>): Payment[] {
  return moneyTrail(booking).map(({ attempt, key, amount }) => ({ attempt, lines: linesOf(booking, attempt, key, amount) }))
}

function linesOf({ attempts, fee }: Pick<Booking, 'attempts' | 'fee'>, attempt: number, key: MoneyKey, amount: MoneyLine['amount']): Told[] {
  const paid = attempts.find(({ number }) => number === attempt)?.amount ?? amount
  switch (key) {
    case 'paid':
    case 'open':
    case 'declined':
    case 'stopped':
      return [{ key, amount }]
    case 'kept':
      return [{ key: 'paid', amount: paid }, ...keptOf(paid, paid.minor, fee)]
    case 'toReturn':
    case 'returning':
    case 'returned':
    case 'refused':
      return [{ key: 'paid', amount: paid }, { key, amount }, ...keptOf(paid, paid.minor - amount.minor, fee)]
  }
}

/** The fee is kept as a whole, or nothing of it is. */
function keptOf(paid: MoneyLine['amount'], kept: number, { minor }: Booking['fee']): Told[] {
  const fee = kept >= minor ? minor : 0
  const lines: Told[] = [
    { key: 'partKept', amount: { ...paid, minor: kept - fee } },
    { key: 'feeKept', amount: { ...paid, minor: fee } },
  ]
  return lines.filter((line) => line.amount.minor > 0)
}
