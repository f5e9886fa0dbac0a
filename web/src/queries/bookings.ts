/** Bookings, asked about until nothing is left to decide; their tickets; the account's own. */
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'
import { serverNow } from '@/api/clock'
import { isSignedIn } from '@/api/credentials'
import { isRefusal, Refusal } from '@/api/problems'
import { keepBooking, keepTickets, keptBooking, paymentAsRead } from '@/lib/keptBookings'
import { isUnfinished, pauseAfter } from '@/lib/standing'
import { useSession } from '@/stores/session'

import { asker } from './asker'
import { type Booking, merged, oneKey, opened, OWN_KEY, type SeenBooking } from './openedBookings'
import { noSoonerThanTold } from './patience'

export type { Booking }
export type Ticket = Schemas['TicketOut']

const ticketsKey = (reference: string) => ['bookings', 'tickets', reference] as const
/** The account's own come so many at once. */
export const PART = 20

/** The booking in its true state: the provider is asked, and asked again, for as long as something is undecided. */
export function useBooking(reference: MaybeRefOrGetter<string>) {
  const queryClient = useQueryClient()
  return useQuery({
    queryKey: computed(() => oneKey(toValue(reference))),
    queryFn: async ({ signal }): Promise<SeenBooking> => {
      const known = queryClient.getQueryData<SeenBooking>(oneKey(toValue(reference)))
      const who = asker()
      const seen = await look(toValue(reference), known, signal)
      if (who.isStillHere()) keepBooking(seen.booking, who.isAccount, serverNow())
      return seen
    },
    initialData: () => fromKept(toValue(reference)),
    initialDataUpdatedAt: 0,
    staleTime: ({ state }) => (state.data !== undefined && !isUnfinished(state.data.booking) ? 30_000 : 0),
    refetchInterval: ({ state }) => {
      if (state.data === undefined || state.data.isKept || !isUnfinished(state.data.booking)) return false
      return noSoonerThanTold(pauseAfter(state.dataUpdateCount + state.errorUpdateCount), state.error)
    },
  })
}

/** The tickets, each with what its QR shows; those kept by this browser until the API has answered. */
export function useTickets(reference: MaybeRefOrGetter<string>, mayAsk: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ticketsKey(toValue(reference))),
    queryFn: async ({ signal }): Promise<Ticket[]> => {
      const { tickets } = await answer(
        api.GET('/v1/bookings/{reference}/tickets', { ...opened(toValue(reference)), signal }),
      )
      keepTickets(toValue(reference), tickets, serverNow())
      return tickets
    },
    initialData: () => keptBooking(toValue(reference))?.tickets ?? undefined,
    initialDataUpdatedAt: 0,
    enabled: computed(() => toValue(mayAsk)),
  })
}

/** The account's own bookings, newest first. */
export function useOwnBookings() {
  const session = useSession()
  return useInfiniteQuery({
    queryKey: OWN_KEY,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/v1/bookings', {
          params: { query: { limit: PART, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: computed(() => session.signedIn),
    placeholderData: keepPreviousData,
  })
}

/**
 * A guest's bookings that this browser keeps no more of than the way in: checked out, and not seen since. Asked for once,
 * and kept; gives how many there were.
 */
export function useUnseenBookings(references: MaybeRefOrGetter<readonly string[]>) {
  return useQuery({
    queryKey: computed(() => ['bookings', 'unseen', ...toValue(references)] as const),
    queryFn: async ({ signal }): Promise<number> => {
      const asked = toValue(references)
      const answers = await Promise.allSettled(
        asked.map((reference) => answer(api.GET('/v1/bookings/{reference}', { ...opened(reference), signal }))),
      )
      for (const each of answers) {
        if (each.status === 'fulfilled') keepBooking(each.value, isSignedIn(), serverNow())
        // One whose link opens nothing any more is passed over; who follows it is told.
        else if (!(each.reason instanceof Refusal)) throw each.reason
      }
      return asked.length
    },
    enabled: computed(() => toValue(references).length > 0),
  })
}

/** Confirming asks the provider, and brings the booking up to what it says. */
async function look(reference: string, known: SeenBooking | undefined, signal: AbortSignal): Promise<SeenBooking> {
  const asked = { ...opened(reference), signal }
  const booking =
    known !== undefined && !known.isKept && isUnfinished(known.booking)
      ? known.booking
      : await answer(api.GET('/v1/bookings/{reference}', asked))
  if (!isUnfinished(booking)) return { booking, providerSilent: false, isKept: false }
  try {
    const step = await answer(api.POST('/v1/bookings/{reference}/confirm', asked))
    return { booking: merged(step, booking), providerSilent: false, isKept: false }
  } catch (error) {
    if (!isRefusal(error, '/problems/payment-provider-unavailable')) throw error
    return { booking: { ...booking, payment: paymentAsRead(booking.payment) }, providerSilent: true, isKept: false }
  }
}

function fromKept(reference: string): SeenBooking | undefined {
  const booking = keptBooking(reference)?.booking ?? null
  return booking === null ? undefined : { booking, providerSilent: false, isKept: true }
}
