/**
 * Tickets kept before anybody opens them: those of an account's next bookings, as soon as these are listed, so that they can
 * be shown at a door without a connection. How they are kept, and until when: lib/keptBookings.ts.
 */
import { type Ref, watch } from 'vue'

import { answer, api, type Schemas } from '@/api/client'
import { serverNow } from '@/api/clock'
import { NoAnswer, Refusal } from '@/api/problems'
import { keepBooking, keepTickets, keptBooking } from '@/lib/keptBookings'

import { asker } from './asker'

type Booking = Schemas['BookingOut']

const MOST = 5

/** `coming` are the account's own, as the API listed them, the soonest first. */
export function useTicketsAhead(coming: Ref<readonly Booking[]>): void {
  /** Each is tried once a visit of the list; a press on the booking asks anyway. */
  const tried = new Set<string>()
  watch(coming, (bookings) => void keepAhead(bookings, tried), { immediate: true })
}

async function keepAhead(coming: readonly Booking[], tried: Set<string>): Promise<void> {
  const who = asker()
  const next = coming.filter(({ state }) => state === 'confirmed').slice(0, MOST)
  for (const booking of next) {
    if (!who.isAccount || !who.isStillHere()) return
    keepBooking(booking, true, serverNow())
    if (tried.has(booking.reference) || hasTicketsOf(booking)) continue
    tried.add(booking.reference)
    try {
      const { tickets } = await answer(
        api.GET('/v1/bookings/{reference}/tickets', { params: { path: { reference: booking.reference } } }),
      )
      // Whoever is here now may be somebody else.
      if (who.isStillHere()) keepTickets(booking.reference, tickets, serverNow())
    } catch (error) {
      // Nobody asked for it, so nobody is told: they are asked for when the booking is opened.
      if (error instanceof NoAnswer) return
      if (!(error instanceof Refusal)) throw error
    }
  }
}

/** Other seats may have been given since: tickets are for the seats of the booking, or are none. */
function hasTicketsOf({ reference, tickets }: Booking): boolean {
  const kept = keptBooking(reference)?.tickets ?? null
  return kept !== null && kept.map(({ seat }) => seat).join() === tickets.map(({ seat }) => seat).join()
}
