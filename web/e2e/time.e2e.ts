/**
 * What happens when a time runs out: of a hold, of a payment. Nobody pretends here: these tests wait, at a Matinee whose times
 * are short (SHORT_TIMES in dev/e2e.py), and whatever they find has come about by itself.
 */
import { describe, expect } from 'vitest'

import { answer, api } from './support/api.ts'
import { type Person, journey, PHONE } from './support/browser.ts'
import { atCheckOutWithSeats } from './support/holds.ts'
import { mailTo } from './support/outbox.ts'
import { goToPay, letBank } from './support/payments.ts'
import { somebody } from './support/people.ts'
import { areTold, goToCheckOut, heldBy, holdPicked, pick, seat, seesHeld, visitSeats } from './support/seats.ts'
import { type Showtime } from './support/showtimes.ts'
import { button, codes, press, referenceShown, sees, standsAs } from './support/steps.ts'
import { until } from './support/until.ts'

/** What is told of a hold that is over. */
const OVER = { outcome: 410, path: /\/(holds|bookings)$/ }

/** Longer than any of the times, with a minute until recovery comes round and what a busy machine takes. */
const TIME_OVER = { withinMs: 150_000 }
const HOLD_OVER_MS = 75_000

async function holdsSeats(person: Person, showtime: Showtime): Promise<void> {
  await visitSeats(person, showtime)
  await pick(person, 'C', 1, 2)
  await holdPicked(person)
}

/** At the provider's page, with the two seats C1 and C2. */
async function isAboutToPay(person: Person, showtime: Showtime, email: string, { otherSeats = false } = {}): Promise<void> {
  await holdsSeats(person, showtime)
  await goToCheckOut(person)
  if (otherSeats) await person.page.getByLabel(person.words('booking.out.otherSeats')).check()
  await goToPay(person, email)
}

/** Buys C1 and C2 as soon as they are free again. */
async function buysThemMeanwhile(person: Person, showtime: Showtime): Promise<void> {
  await visitSeats(person, showtime)
  await seat(person, 'C', 1, 'taken').waitFor()
  await seat(person, 'C', 1, 'free').waitFor({ timeout: TIME_OVER.withinMs })
  await pick(person, 'C', 1, 2)
  await holdPicked(person)
  await goToCheckOut(person)
  await goToPay(person, somebody('Rival').email)
  await letBank(person, 'approve')
  await standsAs(person, 'confirmed')
}

/** How the API tells the booking that this browser keeps. */
async function stateOf(person: Person, reference: string): Promise<string> {
  const kept = await person.page.evaluate((ref) => localStorage.getItem(`matinee.booking.${ref}`), reference)
  const { token } = JSON.parse(kept ?? '{}') as { token: string }
  const headers = { 'Booking-Token': token }
  return (await answer(api.GET('/v1/bookings/{reference}', { params: { path: { reference } }, headers }))).state
}

// Those that wait longest come first: five go on at once.
describe.concurrent('money that comes after the seats have lapsed', () => {
  journey('takes them again, if they are free', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const { email } = somebody('Guest')
    const showtime = await aShowtime({ city: 'Berlin' })
    await isAboutToPay(guest, showtime, email)
    await letBank(guest, 'late')
    await standsAs(guest, 'underWay')
    expect(await codes(guest).count()).toBe(0)
    await standsAs(guest, 'timeOverUncertain', TIME_OVER)
    expect(await codes(guest).count()).toBe(0)
    await standsAs(guest, 'confirmedLate', TIME_OVER)
    await until('tickets', () => codes(guest).count(), (count) => count === 2)
    await areTold(showtime, ['C-1', 'C-2'], 'taken')
    await mailTo(email, /^Booked: /)
  })

  journey('buys others, if theirs were sold meanwhile and that was agreed to', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ name: 'late' })
    const rival = await aPerson({ name: 'rival' })
    const { email } = somebody('Guest')
    const showtime = await aShowtime({ city: 'Berlin' })
    await isAboutToPay(guest, showtime, email, { otherSeats: true })
    await letBank(guest, 'late')
    await standsAs(guest, 'underWay')
    await buysThemMeanwhile(rival, showtime)
    await standsAs(guest, 'confirmedOtherSeats', TIME_OVER)
    await until('tickets', () => codes(guest).count(), (count) => count === 2)
    const { text } = await mailTo(email, /^Booked: /)
    expect(text).not.toMatch(/\bC1\b/)
  })

  journey('goes back, if the seats were sold meanwhile and no others were agreed to', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ name: 'late' })
    const rival = await aPerson({ name: 'rival' })
    const { email } = somebody('Guest')
    const showtime = await aShowtime({ city: 'Berlin' })
    await isAboutToPay(guest, showtime, email)
    await letBank(guest, 'late')
    await standsAs(guest, 'underWay')
    await buysThemMeanwhile(rival, showtime)
    await standsAs(guest, 'tooLateReturned', TIME_OVER)
    await sees(guest, 'booking.money.returned')
    expect(await codes(guest).count()).toBe(0)
    await mailTo(email, / goes back to you: /)
  })
})

describe.concurrent('a booking', () => {
  journey('that nobody pays lapses before the eyes of whoever waits, and takes no money any more', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await isAboutToPay(guest, showtime, somebody('Guest').email)
    const toPay = guest.page.url()
    await letBank(guest, 'never')
    await standsAs(guest, 'payOpen')
    await standsAs(guest, 'timeOver', TIME_OVER)
    await areTold(showtime, ['C-1', 'C-2'], 'free')
    expect(await codes(guest).count()).toBe(0)
    await guest.visit(toPay)
    await guest.page.getByText('This payment has ended').waitFor()
  })

  journey('that nobody pays, and nobody looks at, is found by recovery', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await isAboutToPay(guest, showtime, somebody('Guest').email)
    await letBank(guest, 'never')
    await standsAs(guest, 'payOpen')
    const reference = referenceShown(guest)
    await guest.visit('/no/such/page')
    await until('the booking lapsed', () => stateOf(guest, reference), (state) => state === 'lapsed', { timeoutMs: TIME_OVER.withinMs })
    await areTold(showtime, ['C-1', 'C-2'], 'free')
    await guest.visit(`/bookings/${reference}`)
    await standsAs(guest, 'timeOver')
  })
})

describe.concurrent('a hold', () => {
  journey('that runs out is told, its seats are anybody’s, and can be taken again', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ expects: [OVER] })
    const showtime = await aShowtime({ city: 'Berlin' })
    await holdsSeats(guest, showtime)
    await areTold(showtime, ['C-1', 'C-2'], 'taken')

    await guest.page.getByText(guest.words('seats.ended.expiredTitle')).first().waitFor({ timeout: HOLD_OVER_MS })
    await areTold(showtime, ['C-1', 'C-2'], 'free')
    await press(guest, 'seats.ended.again', { seats: 'C1, C2' })
    await seesHeld(guest)
    expect((await heldBy(guest, showtime)).seats).toEqual(['C-1', 'C-2'])
  })

  journey('that runs out while nobody looks is found over, and its seats are another’s', async ({ aPerson, aShowtime }) => {
    const [away, quick] = [await aPerson({ name: 'away', expects: [OVER] }), await aPerson({ name: 'quick' })]
    const showtime = await aShowtime({ city: 'Berlin' })
    await holdsSeats(away, showtime)
    await away.visit('about:blank')
    await visitSeats(quick, showtime)
    await seat(quick, 'C', 1, 'free').waitFor({ timeout: HOLD_OVER_MS })
    await pick(quick, 'C', 1, 2)
    await holdPicked(quick)

    away.guards.letMove() // That they are over comes in above them.
    await visitSeats(away, showtime)
    await sees(away, 'seats.ended.expiredTitle')
    await seat(away, 'C', 1, 'lost').waitFor()
  })

  journey('is counted aloud, extended, and not for ever', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await holdsSeats(guest, showtime)
    const before = await heldBy(guest, showtime)
    const endsAt = async (): Promise<string> => (await heldBy(guest, showtime)).expires_at
    const spoken = guest.page.locator('[aria-live=assertive]').getByText(guest.words('seats.hold.secondsLeft', { n: 30 })).first()
    await spoken.waitFor({ state: 'attached' })
    await press(guest, 'seats.hold.extend')
    await until('a later end', endsAt, (at) => at > before.expires_at && at < before.latest_expiry)

    await spoken.waitFor({ state: 'detached' })
    await spoken.waitFor({ state: 'attached' })
    await press(guest, 'seats.hold.extend')
    await until('the latest end', endsAt, (at) => at === before.latest_expiry)
    await sees(guest, 'seats.hold.last')
    expect(await button(guest, 'seats.hold.extend').count()).toBe(0)
  })

  journey('that runs out at the check-out leads back to the seats', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE, expects: [OVER] })
    const showtime = await aShowtime()
    await atCheckOutWithSeats(guest, showtime)
    await guest.page.getByText(guest.words('booking.out.expired')).first().waitFor({ timeout: HOLD_OVER_MS })
    await guest.page.getByRole('link', { name: guest.words('booking.out.chooseAgain') }).click()
    await sees(guest, 'seats.ended.expiredTitle')
  })
})
