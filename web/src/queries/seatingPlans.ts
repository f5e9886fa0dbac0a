/** Seating plans: a version of one never changes, so it is asked for once. */
import { queryOptions, useQuery, type UseQueryReturnType } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'

export type SeatingPlan = Schemas['SeatingPlanOut']
type Pinned = Pick<Schemas['ShowtimeOut'], 'plan_id' | 'plan_version'>

export function seatingPlanOf(showtime: Pinned | undefined) {
  return queryOptions({
    queryKey: ['seating-plans', showtime?.plan_id, showtime?.plan_version] as const,
    queryFn: ({ signal }): Promise<SeatingPlan> => {
      if (showtime === undefined) throw new Error('Asked for the plan of no showtime')
      const path = { plan_id: showtime.plan_id, version: String(showtime.plan_version) }
      return answer(api.GET('/v1/seating-plans/{plan_id}/versions/{version}', { params: { path }, signal }))
    },
    enabled: showtime !== undefined,
    staleTime: Infinity,
  })
}

/** The pinned version of a plan that a showtime names. */
export function useSeatingPlan(showtime: MaybeRefOrGetter<Pinned | undefined>): UseQueryReturnType<SeatingPlan, Error> {
  // Not reactive to its depth: a room has a thousand seats, and none of them changes by itself.
  return useQuery(computed(() => ({ ...seatingPlanOf(toValue(showtime)), shallow: true })))
}
