/** Showtimes on sale. How full they are is at most 30 s old when it comes, and asked again while it is looked at. */
import { queryOptions, useQueries, useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'

import { mayBeThere } from './notThere'
import { everyPage, pageOf } from './pages'

export type ListedShowtime = Schemas['ListedShowtime']

const STALE_MS = 20_000
const AGAIN_MS = 60_000

interface Wanted {
  cinema?: string
  movie?: string
  date?: string
}

/** A day's showtimes of several cinemas, as one: `error` as soon as one of them has none to give. */
export function useDay(cinemaIds: MaybeRefOrGetter<readonly string[]>, day: MaybeRefOrGetter<string | null>) {
  const queries = computed(() => {
    const date = toValue(day)
    if (date === null) return []
    return toValue(cinemaIds).map((cinema) => ({
      queryKey: ['showtimes', 'day', cinema, date] as const,
      queryFn: ({ signal }: { signal: AbortSignal }) => listed({ cinema, date }, signal),
      staleTime: STALE_MS,
      refetchInterval: AGAIN_MS,
    }))
  })
  return useQueries({
    queries,
    combine: (results) => ({
      showtimes: results.flatMap((result) => result.data ?? []),
      isPending: results.length === 0 || results.some((result) => result.isPending),
      error: results.find((result) => result.isError && result.data === undefined)?.error ?? null,
      retry: () => {
        for (const result of results) if (result.isError) void result.refetch()
      },
    }),
  })
}

/** Every showtime to come of a movie, in all cinemas, by start. */
export function useMovieShowtimes(movieId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['showtimes', 'movie', toValue(movieId)] as const),
    queryFn: ({ signal }) => listed({ movie: toValue(movieId) }, signal),
    staleTime: STALE_MS,
    refetchInterval: AGAIN_MS,
  })
}

export function showtimeOf(showtimeId: string) {
  return queryOptions({
    queryKey: ['showtimes', 'one', showtimeId] as const,
    queryFn: ({ signal }): Promise<ListedShowtime> =>
      answer(api.GET('/v1/showtimes/{showtime_id}', { params: { path: { showtime_id: showtimeId } }, signal })),
    staleTime: AGAIN_MS,
    retryOnMount: mayBeThere,
  })
}

/** One showtime, with the names of its movie and its place. */
export function useShowtime(showtimeId: MaybeRefOrGetter<string>) {
  return useQuery(computed(() => showtimeOf(toValue(showtimeId))))
}

async function listed(wanted: Wanted, signal: AbortSignal): Promise<ListedShowtime[]> {
  const pages = await everyPage((cursor) =>
    answer(api.GET('/v1/showtimes', { params: { query: { ...wanted, ...pageOf(cursor) } }, signal })),
  )
  return pages.flatMap((page) => page.showtimes)
}
