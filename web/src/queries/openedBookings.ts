/**
 * What all that is asked about one booking has in common.
 *
 * A booking is opened by the account that made it, or by its link's token, which this browser keeps (lib/keptBookings.ts).
 */
import { useQueryClient } from '@tanstack/vue-query'

import type { Schemas } from '@/api/client'
import { serverNow } from '@/api/clock'
import { keepBooking, keptBooking } from '@/lib/keptBookings'

import type { Asker } from './asker'

export type Booking = Schemas['BookingOut']
export type Step = Schemas['BookingStepOut']

/** A booking as it was last seen. */
export interface SeenBooking {
  booking: Booking
  /** The provider could not be asked the last time. */
  providerSilent: boolean
  /** Out of what this browser keeps: the API has not been asked since. */
  isKept: boolean
}

export const oneKey = (reference: string) => ['bookings', 'one', reference] as const
export const OWN_KEY = ['bookings', 'own'] as const

export function opened(reference: string): { params: { path: { reference: string } }; headers: Record<string, string> } {
  const token = keptBooking(reference)?.token ?? null
  return { params: { path: { reference } }, headers: token === null ? {} : { 'Booking-Token': token } }
}

/** A step of buying tells the booking without what it is for. */
export function merged(step: Step, known: Booking): Booking {
  return { ...step, showtime: known.showtime }
}

/** Shows a booking as a step of buying answered it, until it is asked about again. */
export function useStep(): (step: Step, who: Asker) => void {
  const queryClient = useQueryClient()
  return (step, who) => {
    const key = oneKey(step.reference)
    const known = queryClient.getQueryData<SeenBooking>(key)
    if (known === undefined) return
    const booking = merged(step, known.booking)
    queryClient.setQueryData<SeenBooking>(key, { booking, providerSilent: false, isKept: false })
    if (who.isStillHere()) keepBooking(booking, who.isAccount, serverNow())
  }
}
