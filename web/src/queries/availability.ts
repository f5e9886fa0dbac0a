/** Which seats of a showtime are taken, asked again every two seconds while the page is looked at. */
import { queryOptions, useQuery, useQueryClient, type UseQueryReturnType } from '@tanstack/vue-query'
import { computed, type ComputedRef, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'
import { isRefusal, NoAnswer } from '@/api/problems'

import { mayBeThere } from './notThere'
import { mayAskAgain, noSoonerThanTold } from './patience'

export type Availability = Schemas['Availability']

const EVERY_MS = 2_000
/** Seats that were looked at so lately are as good as current: what was taken since is told when it is asked for. */
const CURRENT_MS = 10_000

export function availabilityKey(showtimeId: string): readonly unknown[] {
  return ['availability', showtimeId]
}

export function availabilityOf(showtimeId: string) {
  return queryOptions({
    queryKey: availabilityKey(showtimeId),
    queryFn: ({ signal }): Promise<Availability> =>
      answer(api.GET('/v1/showtimes/{showtime_id}/availability', { params: { path: { showtime_id: showtimeId } }, signal })),
    staleTime: EVERY_MS / 2,
    gcTime: 60_000,
    // The next round is the retry.
    retry: (failures, error) => mayAskAgain(failures, error, 1),
    retryOnMount: mayBeThere,
    // Of a showtime that is not there no round tells more. Where nothing is shown yet, the person reads why, and asks again:
    // a round of its own would take that from under their finger.
    refetchInterval: ({ state }) =>
      state.data === undefined || isRefusal(state.error, '/problems/not-found') ? false : noSoonerThanTold(EVERY_MS, state.error),
  })
}

export function useAvailability(showtimeId: MaybeRefOrGetter<string>): UseQueryReturnType<Availability, Error> {
  return useQuery(computed(() => ({ ...availabilityOf(toValue(showtimeId)), shallow: true })))
}

/** Why what is shown of the seats is not current: nobody answers, or more is asked than is answered now; null while it is. */
export function useStaleness(availability: ReturnType<typeof useAvailability>): ComputedRef<'lost' | 'delayed' | null> {
  return computed(() => {
    const error = availability.error.value
    if (error === null || availability.data.value === undefined) return null
    if (error instanceof NoAnswer && error.waitMs === null) return 'lost'
    const nextRound = availability.errorUpdatedAt.value + noSoonerThanTold(EVERY_MS, error)
    return nextRound - availability.dataUpdatedAt.value >= CURRENT_MS ? 'delayed' : null
  })
}

/** Show at once that these seats came free, before the next answer tells it. */
export function useFreeing(): (showtimeId: string, seats: readonly string[]) => void {
  const client = useQueryClient()
  return (showtimeId, seats) => {
    const gone = new Set(seats)
    client.setQueryData<Availability>(availabilityKey(showtimeId), (kept) =>
      kept && {
        ...kept,
        rows: kept.rows.map((row) =>
          row.taken.some((number) => gone.has(`${row.row}-${number}`))
            ? { ...row, taken: row.taken.filter((number) => !gone.has(`${row.row}-${number}`)) }
            : row,
        ),
      },
    )
    void client.invalidateQueries({ queryKey: availabilityKey(showtimeId) })
  }
}
