/** The sandbox provider's page, on which the person chooses what the bank does. It speaks English only. */
import { type Route } from 'playwright-core'

import { type Schemas } from './api.ts'
import { type Person } from './browser.ts'
import { fill, press, referenceShown } from './steps.ts'

const CHOICES = {
  approve: /^Pay \d/,
  decline: /^Decline/,
  slow: /^Approve slowly/,
  never: /^Never answer/,
  twice: /^Approve, answer twice/,
  silent: /^Approve, tell nobody/,
  late: /^Approve after the hold has lapsed/,
  closed: /^Approve; refunds will be refused/,
  slowRefund: /^Approve; refunds take a minute/,
} as const

export type Choice = keyof typeof CHOICES

/** As a guest, from the check-out to the provider's page. */
export async function goToPay(person: Person, email: string): Promise<void> {
  await fill(person, 'booking.out.email', email)
  await press(person, 'booking.out.pay')
  await isAtProvider(person)
}

export async function isAtProvider(person: Person): Promise<void> {
  await person.page.waitForURL((url) => url.pathname.startsWith('/pay/'))
}

/** Choose, and be back in the shop. */
export async function letBank(person: Person, choice: Choice): Promise<void> {
  await person.page.getByRole('button', { name: CHOICES[choice] }).click()
  await person.page.waitForURL((url) => /^\/bookings\/[^/]+$/.test(url.pathname))
}

export interface BookingChanges {
  state: Schemas['BookingState']
  reason?: Schemas['BookingOut']['reason']
  taken_again?: boolean
  /** What became of its only payment. */
  attempt?: Schemas['AttemptState']
  /** Other seats than it had. */
  seats?: string[]
}

/** The API's answers about the booking that is shown, with what would be so later on, until what is given back is called. */
export async function tellBookingAs(person: Person, { attempt, seats, ...changes }: BookingChanges): Promise<() => Promise<void>> {
  const path = `**/api/v1/bookings/${referenceShown(person)}`
  const changed = (booking: Schemas['BookingOut']): Schemas['BookingOut'] => ({
    ...booking,
    ...changes,
    attempts: booking.attempts.map((each) => ({ ...each, state: attempt ?? each.state, refund: each.amount })),
    tickets: booking.tickets.map((ticket, place) => {
      const seat = seats?.[place] ?? ticket.seat
      return { ...ticket, seat, label: seat.replace('-', '') }
    }),
  })
  const tell = async (route: Route): Promise<void> => {
    const response = await route.fetch()
    await route.fulfill({ response, json: changed((await response.json()) as Schemas['BookingOut']) })
  }
  const tellTickets = async (route: Route): Promise<void> => {
    const asked = await route.fetch({ url: route.request().url().replace(/\/tickets$/, '') })
    const { tickets } = changed((await asked.json()) as Schemas['BookingOut'])
    await route.fulfill({ json: { tickets: tickets.map((ticket) => ({ ...ticket, token: `later.${ticket.seat}` })) } })
  }
  await person.context.route(path, tell)
  await person.context.route(`${path}/confirm`, tell)
  await person.context.route(`${path}/tickets`, tellTickets)
  return async () => {
    await person.context.unroute(path)
    await person.context.unroute(`${path}/confirm`)
    await person.context.unroute(`${path}/tickets`)
  }
}
