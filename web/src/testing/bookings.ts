/** For tests: bookings, holds and what they are for. */
import { vi } from 'vitest'

import type { Schemas } from '@/api/client'

import type { Asked } from './api'

export const SHOWTIME = '0DYPXR'
export const REFERENCE = '0DYPXR-0E4K3KW'
export const euro = (minor: number): Schemas['MoneyOut'] => ({ minor, currency: 'EUR' })

const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()

export function aBooking(changes: Partial<Schemas['BookingOut']> = {}): Schemas['BookingOut'] {
  return {
    reference: REFERENCE,
    showtime_id: SHOWTIME,
    state: 'confirmed',
    reason: null,
    taken_again: false,
    tickets: ['C-4', 'C-5'].map((seat) => ({ seat, label: seat.replace('-', ''), ticket_type: 'adult', price: euro(1200), admitted: false })),
    fee: euro(100),
    total: euro(2500),
    email: 'ada@example.com',
    name: 'Ada',
    language: 'en',
    other_seats_agreed: false,
    attempts: [{ number: 1, state: 'paid', amount: euro(2500), refund: euro(0) }],
    payment: null,
    pay_until: null,
    cancel_until: inHours(24),
    refund_per_cent: 90,
    created_at: inHours(-1),
    confirmed_at: inHours(-1),
    token: 'link-token',
    showtime: {
      id: SHOWTIME,
      starts_at: inHours(25),
      ends_at: inHours(27),
      time_zone: 'Europe/Berlin',
      format: '2D',
      language: 'de',
      subtitles: 'en',
      status: 'on_sale',
      movie_id: '01M80RDPAFZJ93FZ9X03NP0897',
      movie_title: 'Kite Season',
      duration_minutes: 110,
      certificate: '6',
      poster: null,
      cinema_id: '01M80RDP3CNSTAE17W7ZP0SSYN',
      cinema_name: 'Lichtburg',
      cinema_street: 'Uferstraße 12',
      cinema_city: 'Berlin',
      auditorium_name: 'Screen 2',
    },
    ...changes,
  }
}

/** One that waits for its first payment. */
export function aPendingBooking(changes: Partial<Schemas['BookingOut']> = {}): Schemas['BookingOut'] {
  return aBooking({
    state: 'pending',
    confirmed_at: null,
    payment: aPaymentThatIs('unknown'),
    pay_until: inHours(0.2),
    attempts: [{ number: 1, state: 'started', amount: euro(2500), refund: euro(0) }],
    ...changes,
  })
}

/** One that the provider has been asked about. */
export function aPaymentThatIs(state: Schemas['PaymentOut']['state']): Schemas['PaymentOut'] {
  return { state, url: state === 'open' ? 'https://pay.example/1' : null }
}

export function someTickets(): Schemas['TicketOut'][] {
  return ['C-4', 'C-5'].map((seat) => ({ seat, label: seat.replace('-', ''), ticket_type: 'adult', admitted: false, token: `token of ${seat}` }))
}

/** As the API lists them. */
export function theTickets(): Schemas['TicketList'] {
  return { reference: REFERENCE, showtime_id: SHOWTIME, tickets: someTickets() }
}

export function aHold(changes: Partial<Schemas['HoldOut']> = {}): Schemas['HoldOut'] {
  const { tickets, fee, total } = aBooking()
  return {
    token: 'hold-token',
    showtime_id: SHOWTIME,
    seats: tickets.map(({ seat }) => seat),
    quote: { lines: tickets.map(({ seat, label, ticket_type, price }) => ({ seat, label, ticket_type, price })), tickets: euro(2400), fee, total },
    expires_at: inHours(0.15),
    latest_expiry: inHours(0.3),
    ...changes,
  }
}

/** An API that answers by method and path ("POST /bookings"), each time alike; what it was asked is remembered. */
export function answering(answers: Record<string, () => Response | Error | Promise<Response>>): Asked[] {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input instanceof Request ? input : new URL(String(input), location.origin), init)
    const path = new URL(request.url).pathname
    asked.push({ method: request.method, path, headers: request.headers, body: await request.text() })
    const answer = (await answers[`${request.method} ${path.replace('/api/v1', '')}`]?.()) ?? new TypeError('nobody answers')
    if (answer instanceof Error) throw answer
    return answer
  })
  return asked
}
