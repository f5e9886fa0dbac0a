/** What seats cost before they are held. What is charged is the hold's own quote. */
import type { Schemas } from '@/api/client'

import { type Money } from './money'
import type { SeatCategory } from './rooms'

type PriceList = Schemas['PriceListOut']

export interface Chosen {
  category: SeatCategory
  ticketType: string | null
}

/** The types that a seat of this category is sold as, in the list's order: the first is what it is sold as unasked. */
export function typesFor(prices: PriceList, category: SeatCategory): { id: string; name: string; price: Money }[] {
  return prices.ticket_types.flatMap(({ id, name }) => {
    const price = priceOf(prices, id, category)
    return price === null ? [] : [{ id, name, price }]
  })
}

/** The chosen type if the seat is sold as it, else the first that it is sold as; null if it is not sold at all. */
export function typeOf(prices: PriceList, { category, ticketType }: Chosen): { id: string; price: Money } | null {
  const types = typesFor(prices, category)
  return types.find(({ id }) => id === ticketType) ?? types[0] ?? null
}

export interface Totals {
  tickets: Money
  fee: Money
  total: Money
}

export function totalsOf(prices: PriceList, chosen: readonly Chosen[]): Totals {
  const { currency, booking_fee_minor: feeOfOne = 0 } = prices
  const tickets = chosen.reduce((sum, each) => sum + (typeOf(prices, each)?.price.minor ?? 0), 0)
  const fee = feeOfOne * chosen.length
  return { tickets: { minor: tickets, currency }, fee: { minor: fee, currency }, total: { minor: tickets + fee, currency } }
}

function priceOf(prices: PriceList, ticketType: string, category: SeatCategory): Money | null {
  const found = prices.prices.find((each) => each.ticket_type === ticketType && each.category === category)
  return found === undefined ? null : { minor: found.minor, currency: prices.currency }
}
