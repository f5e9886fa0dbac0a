/** What a screen reader says of a seat: "Row C, seat 32, Standard, €12, free". */
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { moneyText } from '@/lib/money'
import { typeOf } from '@/lib/pricing'
import type { Schemas } from '@/api/client'
import type { SeatCategory } from '@/lib/rooms'

import type { DrawnRow } from './geometry'
import { type SeatState, stateAt } from './seatStates'

export type Spoken = (drawn: DrawnRow, index: number, states: string) => string

/** Messages are put together once a category and state, not once a seat: a room has a thousand of these. */
export function useSpoken(prices: () => Schemas['PriceListOut'] | null): ComputedRef<Spoken> {
  const { t, locale } = useI18n()
  return computed(() => {
    const list = prices()
    const language = locale.value
    const templates = new Map<string, string>()

    function template(category: SeatCategory, state: SeatState): string {
      const key = `${category} ${state}`
      const made = templates.get(key) ?? make(category, state)
      templates.set(key, made)
      return made
    }

    function make(category: SeatCategory, state: SeatState): string {
      const price = list === null ? null : (typeOf(list, { category, ticketType: null })?.price ?? null)
      return t('seats.spoken', {
        row: '\u0001',
        seat: '\u0002',
        category: t(`seats.category.${category}`),
        price: price === null ? t('seats.notSold') : moneyText(price, language),
        state: t(`seats.state.${state}`),
      })
    }

    return (drawn, index, states) => {
      const seat = drawn.seats[index]?.seat
      if (seat === undefined) return ''
      return template(seat.category, stateAt(states, index)).replace('\u0001', drawn.row.label).replace('\u0002', seat.number)
    }
  })
}
