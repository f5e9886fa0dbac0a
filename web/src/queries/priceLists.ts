/** Price lists: what each ticket type costs in each category of seats. */
import { useQuery, type UseQueryReturnType } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'

export type PriceList = Schemas['PriceListOut']

export function usePriceList(id: MaybeRefOrGetter<string | undefined>): UseQueryReturnType<PriceList, Error> {
  return useQuery({
    queryKey: computed(() => ['price-lists', toValue(id)]),
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/price-lists/{price_list_id}', { params: { path: { price_list_id: toValue(id) ?? '' } }, signal })),
    enabled: computed(() => toValue(id) !== undefined),
    staleTime: 5 * 60_000,
  })
}
