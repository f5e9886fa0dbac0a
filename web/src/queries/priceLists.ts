/** Price lists: what each ticket type costs in each category of seats. */
import { queryOptions, useQuery, type UseQueryReturnType } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'

export type PriceList = Schemas['PriceListOut']

export function priceListOf(id: string | undefined) {
  return queryOptions({
    queryKey: ['price-lists', id] as const,
    queryFn: ({ signal }): Promise<PriceList> =>
      answer(api.GET('/v1/price-lists/{price_list_id}', { params: { path: { price_list_id: id ?? '' } }, signal })),
    enabled: id !== undefined,
    staleTime: 5 * 60_000,
  })
}

export function usePriceList(id: MaybeRefOrGetter<string | undefined>): UseQueryReturnType<PriceList, Error> {
  return useQuery(computed(() => ({ ...priceListOf(toValue(id)), shallow: true })))
}
