import { queryOptions, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'

import { everyPage, pageOf } from './pages'

export type Cinema = Schemas['CinemaOut']

const STALE_MS = 5 * 60_000

export const allCinemas = queryOptions({
  queryKey: ['cinemas', 'all'] as const,
  async queryFn({ signal }): Promise<Cinema[]> {
    const pages = await everyPage((cursor) =>
      answer(api.GET('/v1/cinemas', { params: { query: pageOf(cursor) }, signal })),
    )
    // Those who run a cinema see its draft in their lists; here it has nothing to sell.
    return pages.flatMap((page) => page.cinemas).filter((cinema) => cinema.status === 'published')
  },
  staleTime: STALE_MS,
})

export function useCinemas() {
  return useQuery(allCinemas)
}

/** One cinema: at once if the list has it already; none is asked for while its id is not known. */
export function useCinema(cinemaId: MaybeRefOrGetter<string>) {
  const queryClient = useQueryClient()
  return useQuery({
    queryKey: computed(() => ['cinemas', 'one', toValue(cinemaId)] as const),
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/cinemas/{cinema_id}', { params: { path: { cinema_id: toValue(cinemaId) } }, signal })),
    placeholderData: () =>
      queryClient.getQueryData<Cinema[]>(allCinemas.queryKey)?.find((cinema) => cinema.id === toValue(cinemaId)),
    enabled: computed(() => toValue(cinemaId) !== ''),
    staleTime: STALE_MS,
  })
}
