/** What the demo data has that a screen can show, found once for a file of tests. */
import { randomUUID } from 'node:crypto'

import { type Page } from 'playwright-core'

import { answer, api, type Schemas } from './api.ts'
import { CLARA } from './people.ts'
import { aShowtime, type Showtime } from './showtimes.ts'

export interface World {
  /** Sells seats, in a room of the usual size. */
  showtime: Showtime
  movie: string
  cinema: string
  /** Clara's session. */
  tokens: Schemas['TokensOut']
  /** Confirmed and coming, Clara's. */
  booking: Schemas['BookingOut']
  /** Two seats of the showtime that a guest holds. */
  guest: Schemas['GuestOut']
  hold: Schemas['HoldOut']
}

let found: Promise<World> | null = null

export async function theWorld(): Promise<World> {
  found ??= find().catch((error: unknown) => {
    found = null
    throw error
  })
  return await found
}

async function find(): Promise<World> {
  const { email, password } = CLARA
  const [showtime, tokens, guest] = await Promise.all([
    aShowtime({ most: 400 }),
    answer(api.POST('/v1/auth/login', { body: { email, password } })),
    answer(api.POST('/v1/auth/guests')),
  ])
  const headers = { Authorization: `Bearer ${tokens.access_token}` }
  const { bookings } = await answer(api.GET('/v1/bookings', { headers }))
  const booking = bookings.find(({ state, tickets }) => state === 'confirmed' && tickets.length > 1)
  if (booking === undefined) throw new Error('Clara has no confirmed booking of two')
  const hold = await answer(
    api.POST('/v1/showtimes/{showtime_id}/holds', {
      params: { path: { showtime_id: showtime.id }, header: { 'Idempotency-Key': randomUUID() } },
      headers: { 'Guest-Id': guest.guest_id },
      body: { party: [{ ticket_type: 'adult', count: 2 }] },
    }),
  )
  return { showtime, movie: showtime.movie_id, cinema: showtime.cinema_id, tokens, booking, guest, hold }
}

/** What the page keeps of the hold, or of how it ended (stores/selection.ts), is kept in this browser. */
export async function isTheGuest(page: Page, { showtime, guest, hold }: World, ending: { how: 'expired' | 'lost' } | null = null): Promise<void> {
  const picks = hold.quote.lines.map(({ seat, ticket_type: ticketType }) => ({ seat, ticketType }))
  const selection = { picks, hold: ending === null ? hold : null, heldBy: 'guest', asking: null, ending, touchedAt: Date.now() }
  await page.addInitScript(
    ({ id, guestJson, selectionJson }) => {
      localStorage.setItem('matinee.guest', guestJson)
      localStorage.setItem(`matinee.selection.${id}`, selectionJson)
    },
    { id: showtime.id, guestJson: JSON.stringify(guest), selectionJson: JSON.stringify(selection) },
  )
}

/** Clara is signed in, with the one session that all the file's tests share: logging in is slowed down, by design. */
export async function isClara(page: Page, { tokens }: World): Promise<void> {
  await page.addInitScript(() => {
    localStorage.setItem('matinee.session', 'here')
  })
  await page.route('**/api/v1/auth/refresh', (route) => route.fulfill({ json: tokens }))
}
