/** Giving a booking back, by the terms that were shown. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'

import { asker } from './asker'
import { oneKey, opened, OWN_KEY, useStep } from './openedBookings'
import { insistently } from './patience'

export type Terms = Schemas['CancellationOut']

/** What cancelling now would give back. */
export function useCancellation(reference: MaybeRefOrGetter<string>, wanted: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['bookings', 'cancellation', toValue(reference)] as const),
    queryFn: ({ signal }): Promise<Terms> =>
      answer(api.GET('/v1/bookings/{reference}/cancellation', { ...opened(toValue(reference)), signal })),
    enabled: computed(() => toValue(wanted)),
    // It is asked for each time the question is put.
    staleTime: 0,
    gcTime: 0,
  })
}

/** Cancels if what was shown still comes back; the API refuses to where that has changed. */
export function useCancelBooking(reference: MaybeRefOrGetter<string>) {
  const queryClient = useQueryClient()
  const take = useStep()
  return useMutation({
    mutationFn: (shown: Pick<Terms, 'refund'>) =>
      insistently(() =>
        answer(api.POST('/v1/bookings/{reference}/cancel', { ...opened(toValue(reference)), body: { refund: shown.refund } })),
      ),
    onMutate: asker,
    onSuccess: (step, _, who) => {
      take(step, who)
      void queryClient.invalidateQueries({ queryKey: OWN_KEY })
    },
    // It may have been done all the same, or something else has happened to it meanwhile. Nobody waits for that to be told.
    onError: () => {
      void queryClient.invalidateQueries({ queryKey: oneKey(toValue(reference)) })
    },
  })
}
