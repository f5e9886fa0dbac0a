/**
 * Bookings kept by this browser: what opens a guest's booking, and tickets for where there is no connection.
 *
 * What was opened by a link stays until the person takes it away; what belongs to an account goes when its owner logs out.
 */
import type { Schemas } from '@/api/client'

import { forget, keep, keptValue, namesKept } from './device'

type Payment = Schemas['PaymentOut']

export interface KeptBooking {
  reference: string
  by: 'link' | 'account'
  /** What opens the booking without an account; null when it is the account's. */
  token: string | null
  booking: Schemas['BookingOut'] | null
  tickets: Schemas['TicketOut'][] | null
  /** The seats as they were checked out: other ones may be given when the money comes late. */
  seatsAtFirst: string[] | null
  /** In milliseconds since 1970. */
  keptAt: number
}

const PREFIX = 'matinee.booking.'
const DAY_MS = 86_400_000
const LINK_KEPT_MS = 400 * DAY_MS
const ACCOUNT_KEPT_MS = 7 * DAY_MS

export function keptBooking(reference: string): KeptBooking | null {
  return asKept(keptValue(PREFIX + reference))
}

export function allKept(now: number): KeptBooking[] {
  return namesKept(PREFIX).flatMap((key) => {
    const kept = asKept(keptValue(key))
    if (kept !== null && now < kept.keptAt + (kept.by === 'link' ? LINK_KEPT_MS : ACCOUNT_KEPT_MS)) return [kept]
    forget(key)
    return []
  })
}

/** Keep the link to a booking. One that is the account's already needs none. */
export function keepLink(reference: string, token: string, now: number): void {
  write({ ...(keptBooking(reference) ?? nothing(reference)), by: 'link', token, keptAt: now })
}

/** Keep what was just checked out: its link if a guest did, and the seats it began with. */
export function keepCheckedOut(
  { reference, token, tickets }: Pick<Schemas['BookingStepOut'], 'reference' | 'token' | 'tickets'>,
  signedIn: boolean,
  now: number,
): void {
  const seatsAtFirst = tickets.map(({ seat }) => seat)
  write({ ...nothing(reference), by: signedIn ? 'account' : 'link', token: signedIn ? null : token, seatsAtFirst, keptAt: now })
}

/** Keep the booking as it stands, to be shown without a connection. */
export function keepBooking(booking: Schemas['BookingOut'], signedIn: boolean, now: number): void {
  const kept = keptBooking(booking.reference) ?? {
    ...nothing(booking.reference),
    by: signedIn ? ('account' as const) : ('link' as const),
    token: signedIn ? null : booking.token,
  }
  write({
    ...kept,
    // An account's is kept without what would open it for anybody.
    booking: { ...booking, payment: paymentAsRead(booking.payment), token: kept.by === 'link' ? booking.token : '' },
    seatsAtFirst: kept.seatsAtFirst ?? (booking.state === 'pending' ? booking.tickets.map(({ seat }) => seat) : null),
    // Tickets of a booking that is undone must not be shown at the door.
    tickets: booking.state === 'confirmed' ? kept.tickets : null,
    keptAt: now,
  })
}

export function keepTickets(reference: string, tickets: Schemas['TicketOut'][], now: number): void {
  const kept = keptBooking(reference)
  // It may have been cancelled while they were on the way.
  if (kept !== null && (kept.booking === null || kept.booking.state === 'confirmed')) write({ ...kept, tickets, keptAt: now })
}

export function forgetBooking(reference: string): void {
  forget(PREFIX + reference)
}

/** What the account's owner saw here must not be seen by the next person: on logging out and on erasing the account. */
export function forgetAccountsBookings(): void {
  for (const key of namesKept(PREFIX)) if (asKept(keptValue(key))?.by !== 'link') forget(key)
}

/** What is left of it where the provider was not asked: whether its page is open or a bank is at it, only that knows. */
export function paymentAsRead(payment: Payment | null): Payment | null {
  if (payment === null) return null
  const { state } = payment
  return { state: state === 'open' || state === 'processing' ? 'unknown' : state, url: null }
}

function nothing(reference: string): KeptBooking {
  return { reference, by: 'link', token: null, booking: null, tickets: null, seatsAtFirst: null, keptAt: 0 }
}

function write(kept: KeptBooking): void {
  keep(PREFIX + kept.reference, JSON.stringify(kept))
}

/** What an older page kept may have another form: it is asked for anew. */
function asKept(value: unknown): KeptBooking | null {
  return isKept(value) ? value : null
}

function isKept(value: unknown): value is KeptBooking {
  if (!isObject(value) || !Object.keys(nothing('')).every((key) => key in value)) return false
  const { reference, by, keptAt, booking, tickets, seatsAtFirst } = value
  return (
    typeof reference === 'string' &&
    (by === 'link' || by === 'account') &&
    typeof keptAt === 'number' &&
    (booking === null || isShowable(booking)) &&
    (tickets === null || Array.isArray(tickets)) &&
    (seatsAtFirst === null || Array.isArray(seatsAtFirst))
  )
}

/** Whether it has the parts that a page about it is made of. */
function isShowable(booking: unknown): boolean {
  if (!isObject(booking)) return false
  return isObject(booking['showtime']) && isObject(booking['total']) && Array.isArray(booking['tickets']) && Array.isArray(booking['attempts'])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
