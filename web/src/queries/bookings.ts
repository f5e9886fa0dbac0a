/**
 * Bookings: made from a hold, paid, asked about until nothing is left to decide, cancelled.
 *
 * A booking is opened by the account that made it, or by its link's token, which this browser keeps (lib/keptBookings.ts).
 */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'

import { answer, api, type Schemas } from '@/api/client'
import { serverNow } from '@/api/clock'
import { isSignedIn } from '@/api/credentials'
import { isRefusal, mayPass } from '@/api/problems'
import { isUnfinished, pauseAfter, type PaymentPage } from '@/lib/standing'
import { keepBooking, keepCheckedOut, keepTickets, keptBooking } from '@/lib/keptBookings'
import { useSession } from '@/stores/session'

export type Booking = Schemas['BookingOut']
export type Ticket = Schemas['TicketOut']
type Step = Schemas['BookingStepOut']

/** A booking as it was last seen, and what the provider said then. */
export interface SeenBooking {
  booking: Booking
  page: PaymentPage
  providerSilent: boolean
  /** Out of what this browser keeps: the API has not been asked since. */
  isKept: boolean
}

const oneKey = (reference: string) => ['bookings', 'one', reference] as const
const ticketsKey = (reference: string) => ['bookings', 'tickets', reference] as const
const OWN_KEY = ['bookings', 'own'] as const
const PAGE = 20

/** The booking in its true state: the provider is asked, and asked again, for as long as something is undecided. */
export function useBooking(reference: MaybeRefOrGetter<string>) {
  const queryClient = useQueryClient()
  return useQuery({
    queryKey: computed(() => oneKey(toValue(reference))),
    queryFn: async ({ signal }): Promise<SeenBooking> => {
      const known = queryClient.getQueryData<SeenBooking>(oneKey(toValue(reference)))
      const signedIn = isSignedIn()
      const seen = await look(toValue(reference), known, signal)
      keepBooking(seen.booking, signedIn, serverNow())
      return seen
    },
    initialData: () => fromKept(toValue(reference)),
    initialDataUpdatedAt: 0,
    staleTime: ({ state }) => (state.data !== undefined && !isUnfinished(state.data.booking) ? 30_000 : 0),
    refetchInterval: ({ state }) => {
      if (state.data === undefined || state.data.isKept || !isUnfinished(state.data.booking)) return false
      return pauseAfter(state.dataUpdateCount + state.errorUpdateCount)
    },
  })
}

/** The tickets, each with what its QR shows; those kept by this browser until the API has answered. */
export function useTickets(reference: MaybeRefOrGetter<string>, confirmed: MaybeRefOrGetter<boolean>) {
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
    enabled: computed(() => toValue(confirmed)),
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
          params: { query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: computed(() => session.signedIn),
    placeholderData: keepPreviousData,
  })
}

/** A booking made here, by whoever this browser knows as its own. */
export async function readBooking(reference: string): Promise<Booking> {
  return await answer(api.GET('/v1/bookings/{reference}', opened(reference)))
}

export interface CheckOut {
  holdToken: string
  details: Schemas['BookingIn']
}

/** Check a hold out. One hold makes one booking, so a lost reply is repeated until there is one. */
export function useCheckOut() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ details, holdToken }: CheckOut) =>
      answer(api.POST('/v1/bookings', { body: details, headers: { 'Hold-Token': holdToken } })),
    retry: (failures, error) => failures < 3 && mayPass(error) && !isRefusal(error, '/problems/payment-provider-unavailable'),
    retryDelay: (failures) => 700 * 2 ** failures,
    onSuccess: (booking) => {
      keepCheckedOut(booking, isSignedIn(), serverNow())
      void queryClient.invalidateQueries({ queryKey: OWN_KEY })
    },
  })
}

/** The page on which the booking is paid: that of the last attempt while it is open, else a new attempt's. */
export function usePayAgain(reference: MaybeRefOrGetter<string>) {
  const take = useStep()
  return useMutation({
    mutationFn: () => answer(api.POST('/v1/bookings/{reference}/payments', opened(toValue(reference)))),
    onSuccess: take,
  })
}

/** What cancelling now would give back. */
export function useCancellation(reference: MaybeRefOrGetter<string>, wanted: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['bookings', 'cancellation', toValue(reference)] as const),
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/bookings/{reference}/cancellation', { ...opened(toValue(reference)), signal })),
    enabled: computed(() => toValue(wanted)),
    // What is shown is what is given: it is asked for each time the question is put.
    staleTime: 0,
    gcTime: 0,
  })
}

export function useCancelBooking(reference: MaybeRefOrGetter<string>) {
  const queryClient = useQueryClient()
  const take = useStep()
  return useMutation({
    mutationFn: async ({ unpaid }: { unpaid: boolean }): Promise<Step> => {
      const asked = opened(toValue(reference))
      const paid = unpaid ? await paidMeanwhile(asked) : null
      return paid ?? (await answer(api.POST('/v1/bookings/{reference}/cancel', asked)))
    },
    retry: (failures, error) => failures < 2 && mayPass(error),
    onSuccess: (step) => {
      take(step)
      void queryClient.invalidateQueries({ queryKey: OWN_KEY })
    },
    // It may have been done all the same, or something else has happened to it meanwhile.
    onError: () => queryClient.invalidateQueries({ queryKey: oneKey(toValue(reference)) }),
  })
}

/** The booking if it is paid by now: other terms hold for it than its owner was shown, so it is not given up. */
async function paidMeanwhile(asked: ReturnType<typeof opened>): Promise<Step | null> {
  try {
    const step = await answer(api.POST('/v1/bookings/{reference}/confirm', asked))
    return step.state === 'confirmed' || step.state === 'rescuing' ? step : null
  } catch (error) {
    // As far as anybody knows it is unpaid: money that still comes goes back.
    if (isRefusal(error, '/problems/payment-provider-unavailable')) return null
    throw error
  }
}

/** Shows a booking as a step of buying answered it, until it is asked about again. */
function useStep(): (step: Step) => void {
  const queryClient = useQueryClient()
  return (step) => {
    const key = oneKey(step.reference)
    const known = queryClient.getQueryData<SeenBooking>(key)
    if (known === undefined) return
    const booking = merged(step, known.booking)
    queryClient.setQueryData<SeenBooking>(key, { booking, page: pageOf(step), providerSilent: false, isKept: false })
    keepBooking(booking, isSignedIn(), serverNow())
  }
}

async function look(reference: string, known: SeenBooking | undefined, signal: AbortSignal): Promise<SeenBooking> {
  const asked = { ...opened(reference), signal }
  let booking =
    known !== undefined && !known.isKept && isUnfinished(known.booking)
      ? known.booking
      : await answer(api.GET('/v1/bookings/{reference}', asked))
  if (!isUnfinished(booking)) return { booking, page: { kind: 'unknown' }, providerSilent: false, isKept: false }
  try {
    booking = merged(await answer(api.POST('/v1/bookings/{reference}/confirm', asked)), booking)
    // A bank that is at it comes back with an end, and confirming tells that.
    const waits = known?.page.kind === 'under-way' && known.booking.attempts.length === booking.attempts.length
    const { step, page } = waits && isUndecided(booking) ? { step: booking, page: known.page } : await paymentPage(booking, asked)
    return { booking: merged(step, booking), page, providerSilent: false, isKept: false }
  } catch (error) {
    if (!isRefusal(error, '/problems/payment-provider-unavailable')) throw error
    return { booking, page: { kind: 'unknown' }, providerSilent: true, isKept: false }
  }
}

/** Whether the page of an undecided attempt is open or the bank is at it: only the provider knows. Nothing is started. */
async function paymentPage(booking: Booking, asked: ReturnType<typeof opened> & { signal: AbortSignal }): Promise<{ step: Step; page: PaymentPage }> {
  if (!isUndecided(booking)) return { step: booking, page: { kind: 'unknown' } }
  try {
    const step = await answer(api.POST('/v1/bookings/{reference}/payments', asked))
    return { step, page: pageOf(step) }
  } catch (error) {
    if (isRefusal(error, '/problems/payment-under-way')) return { step: booking, page: { kind: 'under-way' } }
    if (isRefusal(error, '/problems/payment-declined')) return { step: booking, page: { kind: 'used-up' } }
    // Its time ran out between the two questions: the next one tells.
    if (isRefusal(error, '/problems/booking-closed')) return { step: booking, page: { kind: 'unknown' } }
    throw error
  }
}

/** There is time left, and the last attempt is neither made nor failed. */
function isUndecided({ state, attempts, pay_until: until }: Booking): boolean {
  return state === 'pending' && attempts.at(-1)?.state === 'started' && until !== null && serverNow() < Date.parse(until)
}

function pageOf(step: Step): PaymentPage {
  return step.payment === null ? { kind: 'unknown' } : { kind: 'open', url: step.payment.url }
}

function merged(step: Step, known: Booking): Booking {
  return { ...step, showtime: known.showtime }
}

function fromKept(reference: string): SeenBooking | undefined {
  const booking = keptBooking(reference)?.booking ?? null
  return booking === null ? undefined : { booking, page: { kind: 'unknown' }, providerSilent: false, isKept: true }
}

function opened(reference: string): { params: { path: { reference: string } }; headers: Record<string, string> } {
  const token = keptBooking(reference)?.token ?? null
  return { params: { path: { reference } }, headers: token === null ? {} : { 'Booking-Token': token } }
}
