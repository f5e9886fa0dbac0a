/** Seating plans: a version of one never changes, so it is asked for once. */
import { useQuery, type UseQueryReturnType } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'

export type SeatingPlan = Schemas['SeatingPlanOut']

/** The pinned version of a plan that a showtime names. */
export function useSeatingPlan(
  showtime: MaybeRefOrGetter<Pick<Schemas['ShowtimeOut'], 'plan_id' | 'plan_version'> | undefined>,
): UseQueryReturnType<SeatingPlan, Error> {
  return useQuery({
    queryKey: computed(() => ['seating-plans', toValue(showtime)?.plan_id, toValue(showtime)?.plan_version]),
    queryFn: ({ signal }) => {
      const pinned = toValue(showtime)
      if (pinned === undefined) throw new Error('Asked for the plan of no showtime')
      const path = { plan_id: pinned.plan_id, version: String(pinned.plan_version) }
      return answer(api.GET('/v1/seating-plans/{plan_id}/versions/{version}', { params: { path }, signal }))
    },
    enabled: computed(() => toValue(showtime) !== undefined),
    staleTime: Infinity,
  })
}
