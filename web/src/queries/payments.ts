/** Buying: a hold becomes a booking, and the booking is paid. */
import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'
import { serverNow } from '@/api/clock'
import { isRefusal, mayPass } from '@/api/problems'
import { keepCheckedOut } from '@/lib/keptBookings'
import { useSelections } from '@/stores/selection'

import { asker } from './asker'
import { opened, OWN_KEY, useStep } from './openedBookings'
import { insistently } from './patience'

export interface CheckOut {
  showtimeId: string
  holdToken: string
  details: Schemas['BookingIn']
}

/** Check a hold out. One hold makes one booking, so a lost reply is repeated until there is one. */
export function useCheckOut() {
  const queryClient = useQueryClient()
  const selections = useSelections()
  return useMutation({
    mutationFn: ({ details, holdToken }: CheckOut) =>
      insistently(
        () => answer(api.POST('/v1/bookings', { body: details, headers: { 'Hold-Token': holdToken } })),
        (error) => mayPass(error) && !isRefusal(error, '/problems/payment-provider-unavailable'),
      ),
    onMutate: asker,
    // Here, and not where it was asked for: that page may have been left by now.
    onSuccess: (booking, { showtimeId }, who) => {
      if (!who.isStillHere()) return
      keepCheckedOut(booking, who.isAccount, serverNow())
      selections.endHold(showtimeId, { how: 'checked-out', reference: booking.reference })
      void queryClient.invalidateQueries({ queryKey: OWN_KEY })
    },
  })
}

/** The page on which the booking is paid: that of the last attempt while it is open, else a new attempt's. */
export function usePayAgain(reference: MaybeRefOrGetter<string>) {
  const take = useStep()
  return useMutation({
    mutationFn: () => answer(api.POST('/v1/bookings/{reference}/payments', opened(toValue(reference)))),
    onMutate: asker,
    onSuccess: (step, _, who) => {
      take(step, who)
    },
  })
}
