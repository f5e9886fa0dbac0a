/** What is asked of the API about a hold. */
import { answer, api } from '@/api/client'
import { mayPass } from '@/api/problems'
import type { Asking, Hold } from '@/stores/selection'

import { insistently } from './patience'

export interface TypeOfSeat {
  seat: string
  ticket_type: string
}

export async function askForHold(showtimeId: string, { key, body }: Asking): Promise<Hold> {
  return await insistently(() =>
    answer(
      api.POST('/v1/showtimes/{showtime_id}/holds', {
        params: { ...at(showtimeId), header: { 'Idempotency-Key': key } },
        body,
      }),
    ),
  )
}

export async function giveBack(showtimeId: string, hold: Hold): Promise<void> {
  await insistently(() =>
    answer(api.DELETE('/v1/showtimes/{showtime_id}/holds', { params: at(showtimeId), headers: proof(hold) })),
  )
}

export function lookAtHold(showtimeId: string, hold: Hold): Promise<Hold> {
  return answer(api.GET('/v1/showtimes/{showtime_id}/holds', { params: at(showtimeId), headers: proof(hold) }))
}

export function extendHold(showtimeId: string, hold: Hold): Promise<Hold> {
  return answer(api.POST('/v1/showtimes/{showtime_id}/holds/extension', { params: at(showtimeId), headers: proof(hold) }))
}

export function changeTypesOfHold(showtimeId: string, hold: Hold, types: readonly TypeOfSeat[]): Promise<Hold> {
  return answer(
    api.POST('/v1/showtimes/{showtime_id}/holds/ticket-types', {
      params: at(showtimeId),
      headers: proof(hold),
      body: { seats: [...types] },
    }),
  )
}

/** What could not be given back, or looked at, now: it lapses by itself, and the clock tells. */
export function ignoreLapsing(error: unknown): void {
  if (!mayPass(error)) throw error
}

function at(showtimeId: string): { path: { showtime_id: string } } {
  return { path: { showtime_id: showtimeId } }
}

function proof(hold: Hold): { 'Hold-Token': string } {
  return { 'Hold-Token': hold.token }
}
