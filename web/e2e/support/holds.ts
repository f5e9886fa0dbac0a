/** Seats held beside the page, for tests that begin at the check-out. Those about choosing seats go through the map. */
import { type Schemas } from './api.ts'
import { type Person } from './browser.ts'
import { type Showtime } from './showtimes.ts'

export type Hold = Schemas['HoldOut']

/** The best seats for so many adults, held by this browser's guest, who is at the check-out then. */
export async function atCheckOutWithSeats(person: Person, showtime: Showtime, count = 2): Promise<Hold> {
  await person.visit('/cinemas')
  // What the page itself would ask and keep.
  const hold = await person.page.evaluate(
    async ({ id, seats }) => {
      const guest = (await (await fetch('/api/v1/auth/guests', { method: 'POST' })).json()) as { guest_id: string }
      localStorage.setItem('matinee.guest', JSON.stringify(guest))
      const answer = await fetch(`/api/v1/showtimes/${id}/holds`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Guest-Id': guest.guest_id, 'Idempotency-Key': crypto.randomUUID() },
        body: JSON.stringify({ party: [{ ticket_type: 'adult', count: seats }] }),
      })
      const held = (await answer.json()) as { quote: { lines: { seat: string; ticket_type: string }[] } }
      const picks = held.quote.lines.map((line) => ({ seat: line.seat, ticketType: line.ticket_type }))
      const selection = { picks, hold: held, heldBy: 'guest', asking: null, ending: null, touchedAt: Date.now() }
      localStorage.setItem(`matinee.selection.${id}`, JSON.stringify(selection))
      return held
    },
    { id: showtime.id, seats: count },
  )
  await person.visit(`/showtimes/${showtime.id}/check-out`)
  return hold as unknown as Hold
}
