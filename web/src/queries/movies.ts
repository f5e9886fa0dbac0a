/** Movies. The whole list is small and changes by the day: it is asked for once, and searched in the page. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'

import { everyPage, pageOf } from './pages'

export type Movie = Schemas['MovieOut']

const STALE_MS = 5 * 60_000

export const allMovies = queryOptions({
  queryKey: ['movies', 'all'] as const,
  async queryFn({ signal }): Promise<Movie[]> {
    const pages = await everyPage((cursor) =>
      answer(api.GET('/v1/movies', { params: { query: pageOf(cursor) }, signal })),
    )
    return pages.flatMap((page) => page.movies)
  },
  staleTime: STALE_MS,
})

export function useMovies() {
  return useQuery(allMovies)
}

/** One movie: at once if the list has it already; none is asked for while its id is not known. */
export function useMovie(movieId: MaybeRefOrGetter<string>) {
  const queryClient = useQueryClient()
  return useQuery({
    queryKey: computed(() => ['movies', 'one', toValue(movieId)] as const),
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/movies/{movie_id}', { params: { path: { movie_id: toValue(movieId) } }, signal })),
    placeholderData: () =>
      queryClient.getQueryData<Movie[]>(allMovies.queryKey)?.find((movie) => movie.id === toValue(movieId)),
    enabled: computed(() => toValue(movieId) !== ''),
    staleTime: STALE_MS,
  })
}
