/**
 * Bookings kept by this browser: what opens a guest's booking, and tickets for where there is no connection.
 *
 * What was opened by a link stays until the person takes it away; what belongs to an account goes when its owner logs out.
 */
import type { Schemas } from '@/api/client'

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
  return parse(localStorage.getItem(PREFIX + reference))
}

export function allKept(now: number): KeptBooking[] {
  return keys().flatMap((key) => {
    const kept = parse(localStorage.getItem(key))
    if (kept !== null && now < kept.keptAt + (kept.by === 'link' ? LINK_KEPT_MS : ACCOUNT_KEPT_MS)) return [kept]
    localStorage.removeItem(key)
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
    booking: { ...booking, payment: null },
    seatsAtFirst: kept.seatsAtFirst ?? (booking.state === 'pending' ? booking.tickets.map(({ seat }) => seat) : null),
    // Tickets of a booking that is undone must not be shown at the door.
    tickets: booking.state === 'confirmed' ? kept.tickets : null,
    keptAt: now,
  })
}

export function keepTickets(reference: string, tickets: Schemas['TicketOut'][], now: number): void {
  const kept = keptBooking(reference)
  if (kept !== null) write({ ...kept, tickets, keptAt: now })
}

export function forgetBooking(reference: string): void {
  localStorage.removeItem(PREFIX + reference)
}

/** What the account's owner saw here must not be seen by the next person: on logging out and on erasing the account. */
export function forgetAccountsBookings(): void {
  for (const key of keys()) if (parse(localStorage.getItem(key))?.by !== 'link') localStorage.removeItem(key)
}

function keys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
}

function nothing(reference: string): KeptBooking {
  return { reference, by: 'link', token: null, booking: null, tickets: null, seatsAtFirst: null, keptAt: 0 }
}

function write(kept: KeptBooking): void {
  try {
    localStorage.setItem(PREFIX + kept.reference, JSON.stringify(kept))
  } catch (error) {
    // Full, or refused by the browser: the booking is shown all the same, only not offline.
    if (!(error instanceof DOMException)) throw error
  }
}

/** What an older page kept may have another form: it is asked for anew. */
function parse(text: string | null): KeptBooking | null {
  if (text === null) return null
  try {
    const kept: unknown = JSON.parse(text)
    return isKept(kept) ? kept : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isKept(kept: unknown): kept is KeptBooking {
  return typeof kept === 'object' && kept !== null && Object.keys(nothing('')).every((key) => key in kept)
}
