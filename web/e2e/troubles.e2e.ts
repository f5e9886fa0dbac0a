/** What goes wrong around a visit: pages loaded again, second tabs, slow and lost connections, an API that is down. */
import { type Page } from 'playwright-core'
import { describe, expect } from 'vitest'

import { FAILURES, Outage } from './support/answers.ts'
import { journey, type Person, PHONE } from './support/browser.ts'
import { findShowtime } from './support/finding.ts'
import { atCheckOutWithSeats } from './support/holds.ts'
import { goToPay, isAtProvider, letBank } from './support/payments.ts'
import { somebody } from './support/people.ts'
import { goToCheckOut, heldBy, pick, seat, seesHeld, takeBest, visitSeats } from './support/seats.ts'
import { button, codes, fill, isAt, link, press, referenceShown, sees, seesNot, standsAs } from './support/steps.ts'
import { until } from './support/until.ts'
import { reading } from './support/words.ts'

/** Browsers excuse what moves within half a second after a press. */
const LATE_MS = 1000
const NO_ANSWER = { outcome: /ERR_(FAILED|INTERNET_DISCONNECTED)/, path: /./ }

/** The browser gets no answer from the API, until what is given back is called. */
async function apiIsDown(person: Person): Promise<() => Promise<void>> {
  await person.context.route('**/api/**', (route) => route.abort())
  return async () => {
    await person.context.unroute('**/api/**')
  }
}

describe('a reload and a second tab', () => {
  journey('keep what was picked and held, on every step', async ({ aPerson, aShowtime }) => {
    const one = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(one, showtime)
    await pick(one, 'C', 1, 2)
    await one.page.reload()
    await seat(one, 'C', 1, 'mine').waitFor()
    const other = await one.anotherTab()
    await seat(other, 'C', 2, 'mine').waitFor()

    // From here on one tab moves what the other shows.
    one.guards.letMove()
    // What is held in one tab is held in the other, and after a reload.
    await press(one, 'seats.panel.hold')
    await seesHeld(one)
    await seesHeld(other)
    await one.page.reload()
    await seesHeld(one)
    await press(other, 'seats.hold.release')
    await button(one, 'seats.panel.hold').waitFor()
    await press(one, 'seats.panel.hold')
    await seesHeld(other)

    // The check-out.
    await goToCheckOut(one)
    await goToCheckOut(other)
    await one.page.reload()
    await button(one, 'booking.out.pay').waitFor()
    await goToPay(one, somebody('Guest').email)
    await sees(other, 'booking.out.checkedOut')

    // The provider's page, and two tabs of the booking.
    await one.page.reload()
    await link(other, 'booking.out.toBooking').click()
    await standsAs(other, 'payOpen')
    await letBank(one, 'approve')
    await standsAs(one, 'confirmed')
    await standsAs(other, 'confirmed')
    await one.page.reload()
    await standsAs(one, 'confirmed')
    const third = await one.anotherTab()
    await standsAs(third, 'confirmed')

    // Cancelled in one tab, told in the other when it is looked at again.
    await press(third, 'booking.cancel.button')
    await press(third, 'booking.cancel.confirm')
    await standsAs(third, 'cancelled')
    await one.page.reload()
    await standsAs(one, 'cancelled')
  })

  journey('that check out the same hold make one booking', async ({ aPerson, aShowtime }) => {
    const one = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await atCheckOutWithSeats(one, showtime)
    const other = await one.anotherTab()
    const { email } = somebody('Guest')
    for (const tab of [one, other]) await fill(tab, 'booking.out.email', email)
    for (const tab of [one, other]) await button(tab, 'booking.out.pay').focus()
    await Promise.all([one.page.keyboard.press('Enter'), other.page.keyboard.press('Enter')])
    const payments = await Promise.all([one, other].map((tab) => paymentOf(tab)))
    const [first] = payments.filter((path) => path !== null)
    expect(new Set(payments.filter((path) => path !== null))).toEqual(new Set([first]))
  })

  journey('coming back from the provider by the back button leads to the booking', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await atCheckOutWithSeats(guest, await aShowtime())
    await goToPay(guest, somebody('Guest').email)
    await guest.page.goBack()
    await sees(guest, 'booking.out.checkedOut')
    await link(guest, 'booking.out.toBooking').click()
    await standsAs(guest, 'payOpen')
    await press(guest, 'booking.standing.pay')
    await isAtProvider(guest)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
  })
})

/** Where a tab is sent to pay; null if it says that the seats are checked out already. */
async function paymentOf({ page, words }: Person): Promise<string | null> {
  const told = page.getByText(words('booking.out.checkedOut')).waitFor().then(() => null)
  const sent = page.waitForURL((url) => url.pathname.startsWith('/pay/')).then(() => new URL(page.url()).pathname)
  return await Promise.race([told.catch(() => sent), sent.catch(() => told)])
}

describe('a slow network', () => {
  journey('takes its time from the front page to the tickets, and loses nothing', { timeout: 180_000 }, async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE, hasTouch: true })
    guest.context.setDefaultTimeout(60_000)
    await beSlow(guest.page)
    await findShowtime(guest, await aShowtime({ city: 'Berlin' }))
    await takeBest(guest)
    await goToCheckOut(guest)
    await goToPay(guest, somebody('Guest').email)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
    await codes(guest).first().waitFor()
  })

  journey('moves nothing where the terms of a cancellation come late', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: { width: 320, height: 640 }, hasTouch: true })
    await atCheckOutWithSeats(guest, await aShowtime({ city: 'Hamburg' }))
    await goToPay(guest, somebody('Guest').email)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
    await guest.page.route('**/cancellation', async (route) => {
      await guest.page.waitForTimeout(LATE_MS)
      await route.continue()
    })
    await press(guest, 'booking.cancel.button')
    await button(guest, 'booking.cancel.confirm').waitFor()
  })
})

/** As a bad mobile connection, a slow 3G: 400 ms there and back, 400 kbit/s. */
async function beSlow(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 400,
    downloadThroughput: 50_000,
    uploadThroughput: 50_000,
  })
}

describe('an API that is down', () => {
  journey('is told, and asked again', async ({ aPerson }) => {
    const guest = await aPerson({ expects: [NO_ANSWER] })
    const isBack = await apiIsDown(guest)
    await guest.visit('/cinemas')
    await sees(guest, 'problems.no-answer.title')
    await isBack()
    await press(guest, 'common.tryAgain')
    await guest.page.getByRole('main').getByRole('link', { name: /Lichtburg am Kanal/ }).first().waitFor()
  })

  journey('takes nobody’s seats away', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ expects: [NO_ANSWER] })
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await takeBest(guest)
    const before = await heldBy(guest, showtime)
    guest.guards.letMove() // The news that nothing is answered comes in above the room.
    const isBack = await apiIsDown(guest)
    await sees(guest, 'seats.stale')
    await isBack()
    await seesNot(guest, 'seats.stale')
    expect((await heldBy(guest, showtime)).token).toBe(before.token)
    await goToCheckOut(guest)
  })

  journey('that is asked too much is not told as a lost connection', async ({ aPerson, aShowtime }) => {
    const outage = new Outage('GET', /\/availability$/)
    const guest = await aPerson({ expects: [outage.expected] })
    await outage.begin(guest.page)
    await visitSeats(guest, await aShowtime({ city: 'Berlin' }))
    guest.guards.letMove() // The news comes in above the room.
    outage.fail(FAILURES[2])
    await sees(guest, 'seats.delayed')
    outage.end()
    await seesNot(guest, 'seats.delayed')
  })

  journey('that lost its answer to a check-out makes one booking', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ expects: [NO_ANSWER] })
    await atCheckOutWithSeats(guest, await aShowtime())
    let lost = 0
    await guest.context.route('**/v1/bookings', async (route) => {
      if (lost > 0) return route.fallback()
      lost += 1
      await route.fetch()
      return route.abort()
    })
    await goToPay(guest, somebody('Guest').email)
    expect(lost).toBe(1)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
  })
})

describe('a dropped connection', () => {
  journey('is told, and the tickets open all the same', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE, expects: [NO_ANSWER] })
    const showtime = await aShowtime()
    await atCheckOutWithSeats(guest, showtime)
    await goToPay(guest, somebody('Guest').email)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
    await codes(guest).first().waitFor()
    const reference = referenceShown(guest)
    await until('the page’s shell on the device', () => guest.page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state), (state) => state === 'activated')

    await guest.context.setOffline(true)
    await sees(guest, 'common.offline')
    await guest.page.reload()
    await until('tickets', () => codes(guest).count(), (count) => count === 2)
    await guest.visit('/bookings')
    await guest.page.getByRole('main').getByRole('link', { name: reading(showtime.movie_title) }).click()
    await isAt(guest, new RegExp(`^/bookings/${reference}$`))
    await until('tickets', () => codes(guest).count(), (count) => count === 2)
    await guest.context.setOffline(false)
    await seesNot(guest, 'common.offline')
  })
})
