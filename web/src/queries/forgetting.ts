/** Taking a guest's booking off this device, with all that led to it. */
import { useQueryClient } from '@tanstack/vue-query'

import { forgetBooking } from '@/lib/keptBookings'
import { useSelections } from '@/stores/selection'

export function useForgetBooking(): (reference: string) => void {
  const queryClient = useQueryClient()
  const selections = useSelections()
  return (reference) => {
    forgetBooking(reference)
    selections.forgetCheckedOut(reference)
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] === 'bookings' && queryKey.includes(reference) })
  }
}
