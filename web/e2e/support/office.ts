/** What a cinema's owner does meanwhile: the page has no office yet, so it is done by the API. */
import { randomUUID } from 'node:crypto'

import { answer, api } from './api.ts'
import { type Showtime } from './showtimes.ts'

/** Of the demo's cinemas in Berlin and Hamburg. */
const OTTO = { email: 'owner@matinee.example', password: 'popcorn-and-velvet-seats' }
const DAY_MS = 86_400_000
/** Later than all that the demo has, so that the rooms are free; on another day each time, for whoever tries again. */
const aheadMs = (): number => (20 + Math.floor(Math.random() * 300)) * DAY_MS

let signedIn: Promise<{ Authorization: string }> | null = null

function asOtto(): Promise<{ Authorization: string }> {
  signedIn ??= answer(api.POST('/v1/auth/login', { body: OTTO })).then((tokens) => ({ Authorization: `Bearer ${tokens.access_token}` }))
  return signedIn
}

export async function cancelShowtime({ id }: Showtime): Promise<void> {
  const headers = await asOtto()
  await answer(api.POST('/v1/showtimes/{showtime_id}/cancel', { params: { path: { showtime_id: id } }, headers }))
}

/** Of the same movie in the same room, where each seat is for nothing. */
export async function aFreeShowtime(like: Showtime): Promise<Showtime> {
  const headers = await asOtto()
  const [prices] = (await answer(api.GET('/v1/price-lists', { params: { query: { cinema: like.cinema_id } }, headers }))).price_lists
  if (prices === undefined) throw new Error(`${like.cinema_name} has no price list`)
  const keyed = () => ({ params: { header: { 'Idempotency-Key': randomUUID() } }, headers })
  const free = await answer(
    api.POST('/v1/price-lists', {
      ...keyed(),
      body: {
        cinema_id: like.cinema_id,
        name: 'For nothing',
        ticket_types: prices.ticket_types,
        prices: prices.prices.map((each) => ({ ...each, minor: 0 })),
        booking_fee_minor: 0,
      },
    }),
  )
  const made = await answer(
    api.POST('/v1/showtimes', {
      ...keyed(),
      body: {
        auditorium_id: like.auditorium_id,
        movie_id: like.movie_id,
        price_list_id: free.id,
        starts_at: `${new Date(Date.now() + aheadMs()).toISOString().slice(0, 10)}T15:00`,
        language: like.language,
      },
    }),
  )
  return { ...like, ...made }
}
