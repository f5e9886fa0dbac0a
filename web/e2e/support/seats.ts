/** Choosing seats: what a person does in front of a room. */
import { type Locator } from 'playwright-core'

import { answer, api } from './api.ts'
import { type Person } from './browser.ts'
import { type Hold } from './holds.ts'
import { type Showtime } from './showtimes.ts'
import { button, link, press, sees } from './steps.ts'
import { until } from './until.ts'
import { partOf } from './words.ts'

export async function visitSeats(person: Person, showtime: Showtime): Promise<void> {
  await person.visit(`/showtimes/${showtime.id}/seats`)
  await button(person, 'seats.map.zoomIn').waitFor()
}

/** A seat as it is read out, on the map. */
export function seat(person: Person, row: string, number: number, state?: 'free' | 'taken' | 'mine' | 'lost'): Locator {
  const values = { row, seat: number }
  const spoken = person.words('seats.spoken', state === undefined ? values : { ...values, state: stateText(person, state) })
  return person.page.getByRole('checkbox', { name: spoken })
}

function stateText(person: Person, state: string): string {
  return person.words(`seats.state.${state}`).source.replace(/^\^\\s\*\(\?:|\)\\s\*\$$/g, '').replace(/\\s\+/g, ' ')
}

/** A touch on a small map makes it larger first; the next one picks. */
export async function pick(person: Person, row: string, ...numbers: number[]): Promise<void> {
  for (const number of numbers) {
    const it = seat(person, row, number)
    await it.waitFor()
    await it.scrollIntoViewIfNeeded()
    await it.click()
    if ((await it.getAttribute('aria-checked')) !== 'true') {
      await it.scrollIntoViewIfNeeded()
      await it.click()
    }
    await until(`${row}${String(number)} is picked`, () => it.getAttribute('aria-checked'), (checked) => checked === 'true')
  }
}

/** Ask for the best seats together; they are held at once. */
export async function takeBest(person: Person, count = 2): Promise<void> {
  for (let n = 2; n < count; n += 1) await press(person, 'seats.best.more')
  await press(person, 'seats.best.find')
  await seesHeld(person)
}

export async function holdPicked(person: Person): Promise<void> {
  await press(person, 'seats.panel.hold')
  await seesHeld(person)
}

export async function seesHeld(person: Person): Promise<void> {
  await link(person, 'seats.hold.toPayment').waitFor()
}

export async function goToCheckOut(person: Person): Promise<void> {
  await link(person, 'seats.hold.toPayment').click()
  await button(person, 'booking.out.pay').waitFor()
}

/** The hold that this browser keeps. */
export async function heldBy(person: Person, showtime: Showtime): Promise<Hold> {
  const kept = await person.page.evaluate((id) => localStorage.getItem(`matinee.selection.${id}`), showtime.id)
  const { hold } = JSON.parse(kept ?? '{}') as { hold?: Hold | null }
  if (!hold) throw new Error(`nothing is held of ${showtime.id}`)
  return hold
}

/** Give a hold back as its holder, but from somewhere else: this page is not told. */
export async function giveBackElsewhere(person: Person, showtime: Showtime): Promise<void> {
  const hold = await heldBy(person, showtime)
  const status = await person.page.evaluate(
    async ({ id, token }) => {
      const { guest_id: guest } = JSON.parse(localStorage.getItem('matinee.guest') ?? '{}') as { guest_id: string }
      const headers = { 'Hold-Token': token, 'Guest-Id': guest }
      return (await fetch(`/api/v1/showtimes/${id}/holds`, { method: 'DELETE', headers })).status
    },
    { id: showtime.id, token: hold.token },
  )
  if (status !== 204) throw new Error(`the hold was not given back: ${String(status)}`)
}

/** Seats that are taken, as the API tells everybody: "C-1". */
export async function takenSeats(showtime: Showtime): Promise<string[]> {
  const { rows } = await answer(
    api.GET('/v1/showtimes/{showtime_id}/availability', { params: { path: { showtime_id: showtime.id } } }),
  )
  return rows.flatMap((row) => row.taken.map((number) => `${row.row}-${number}`))
}

/** Waits until everybody is told that the seats are free, or taken. */
export async function areTold(showtime: Showtime, seats: readonly string[], as: 'free' | 'taken'): Promise<void> {
  await until(
    `${seats.join(', ')} ${as}`,
    () => takenSeats(showtime),
    (taken) => seats.every((each) => taken.includes(each) === (as === 'taken')),
  )
}

/** The total that the panel shows, as text. */
export async function seesTotal(person: Person, total: string): Promise<void> {
  await person.page.getByText(partOf(person.words('seats.panel.total'))).first().waitFor()
  await person.page.getByText(total).first().waitFor()
  await sees(person, 'seats.panel.total')
}
