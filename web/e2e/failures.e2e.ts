/**
 * Each call that the main screens make of the API, failing in each way: something is said, there is a way on, and it leads on
 * once the API is back.
 */
import { describe, expect } from 'vitest'

import { FAILURES, Outage } from './support/answers.ts'
import { journey, type Person } from './support/browser.ts'
import { atCheckOutWithSeats } from './support/holds.ts'
import { goToPay, isAtProvider, letBank } from './support/payments.ts'
import { anAccount, CLARA, somebody } from './support/people.ts'
import { looksAt, type Screen, SCREENS } from './support/screens.ts'
import { button, field, fill, link, logIn, press, sees, standsAs } from './support/steps.ts'
import { pick, seesHeld, takeBest, visitSeats } from './support/seats.ts'
import { theWorld } from './support/world.ts'

const CINEMAS = /\/v1\/cinemas$/
const CINEMA = /\/v1\/cinemas\/[^/]+$/
const MOVIES = /\/v1\/movies$/
const MOVIE = /\/v1\/movies\/[^/]+$/
const SHOWTIMES = /\/v1\/showtimes$/
const SHOWTIME = /\/v1\/showtimes\/[^/]+$/
const AVAILABILITY = /\/v1\/showtimes\/[^/]+\/availability$/
const PLAN = /\/v1\/seating-plans\//
const PRICES = /\/v1\/price-lists\//
const HOLDS = /\/v1\/showtimes\/[^/]+\/holds$/
const BOOKINGS = /\/v1\/bookings$/
const BOOKING = /\/v1\/bookings\/[^/]+$/
const TICKETS = /\/v1\/bookings\/[^/]+\/tickets$/
const CANCELLATION = /\/v1\/bookings\/[^/]+\/cancellation$/
const CANCEL = /\/v1\/bookings\/[^/]+\/cancel$/
const ME = /\/v1\/me$/

/** What each screen asks: `needed` before it can show what it is for, `spared` for what it can do without. */
const READS: { route: string; state: string; needed: RegExp[]; spared?: RegExp[] }[] = [
  { route: 'whats-on', state: 'full', needed: [CINEMAS, MOVIES, SHOWTIMES] },
  { route: 'movie', state: 'full', needed: [MOVIE, SHOWTIMES, CINEMAS] },
  { route: 'cinemas', state: 'full', needed: [CINEMAS] },
  { route: 'cinema', state: 'full', needed: [CINEMA, MOVIES, SHOWTIMES] },
  { route: 'seats', state: 'as a map', needed: [SHOWTIME, AVAILABILITY, PLAN, PRICES] },
  { route: 'check-out', state: 'of a guest', needed: [], spared: [SHOWTIME, CINEMA, MOVIE, PRICES] },
  { route: 'bookings', state: 'full', needed: [BOOKINGS] },
  { route: 'booking', state: 'confirmed', needed: [BOOKING, TICKETS] },
  { route: 'account', state: 'full', needed: [ME] },
]

function screenOf(route: string, state: string): Screen {
  const screen = SCREENS.find((each) => each.route === route && each.state === state)
  if (screen === undefined) throw new Error(`there is no screen ${route}, ${state}`)
  return screen
}

/** The problem is told where the person looks, and nothing else is. */
async function tellsOf(person: Person, type: string): Promise<void> {
  await person.page.getByRole('alert').filter({ visible: true }).getByText(person.words(`problems.${type}.title`)).first().waitFor()
}

describe.concurrent('a screen that asks in vain', () => {
  for (const { route, state, needed, spared = [] } of READS) {
    const screen = screenOf(route, state)
    for (const path of needed) {
      journey(`says so, and asks again: ${route}, ${path.source}`, async ({ aPerson }) => {
        const outage = new Outage('GET', path)
        const [first, ...others] = FAILURES
        outage.fail(first)
        const person = await looksAt(aPerson, { ...screen, api: (page) => outage.begin(page), expects: [outage.expected], until: (who) => tellsOf(who, first.type) })
        person.guards.letMove() // An answer to a press may come late.
        for (const failure of others) {
          outage.fail(failure)
          await press(person, 'common.tryAgain')
          await tellsOf(person, failure.type)
        }
        outage.end()
        await press(person, 'common.tryAgain')
        await screen.until(person, await theWorld())
        expect(await person.page.getByRole('alert').filter({ visible: true }).count()).toBe(0)
      })
    }
    for (const path of spared) {
      journey(`does without: ${route}, ${path.source}`, async ({ aPerson }) => {
        for (const failure of FAILURES) {
          const outage = new Outage('GET', path)
          outage.fail(failure)
          await looksAt(aPerson, { ...screen, api: (page) => outage.begin(page), expects: [outage.expected] })
        }
      })
    }
  }
})

/** Does it, in vain, as often as the API has ways to fail; then once more. */
async function insists(person: Person, outage: Outage, does: () => Promise<void>, again = does): Promise<void> {
  await outage.begin(person.page)
  person.guards.expect(outage.expected)
  person.guards.letMove() // An answer to a press may come late.
  for (const [index, failure] of FAILURES.entries()) {
    outage.fail(failure)
    await (index === 0 ? does() : again())
    await tellsOf(person, failure.type)
  }
  outage.end()
  await again()
}

describe.concurrent('what a person does in vain', () => {
  for (const [what, method, path] of [
    ['seats are not held', 'POST', HOLDS],
    ['nobody is made a guest', 'POST', /\/v1\/auth\/guests$/],
  ] as const) {
    journey(`is said, and done when asked again: ${what}`, async ({ aPerson, aShowtime }) => {
      const guest = await aPerson()
      await visitSeats(guest, await aShowtime({ city: 'Berlin' }))
      await pick(guest, 'C', 1, 2)
      await insists(guest, new Outage(method, path), () => press(guest, 'seats.panel.hold'), () => press(guest, 'common.tryAgain'))
      await seesHeld(guest)
    })
  }

  journey('is said, and done when asked again: seats are not given back', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await visitSeats(guest, await aShowtime({ city: 'Berlin' }))
    await takeBest(guest)
    await insists(guest, new Outage('DELETE', HOLDS), () => press(guest, 'seats.hold.release'))
    await link(guest, 'seats.hold.toPayment').waitFor({ state: 'hidden' })
  })

  journey('is said, and done when asked again: seats are not checked out', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await atCheckOutWithSeats(guest, await aShowtime())
    await fill(guest, 'booking.out.email', somebody('Guest').email)
    await insists(guest, new Outage('POST', BOOKINGS), () => press(guest, 'booking.out.pay'))
    await isAtProvider(guest)
  })

  journey('is said, and done when asked again: a booking is not cancelled', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await atCheckOutWithSeats(guest, await aShowtime())
    await goToPay(guest, somebody('Guest').email)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
    await insists(guest, new Outage('GET', CANCELLATION), () => press(guest, 'booking.cancel.button'), () => press(guest, 'common.tryAgain'))
    await button(guest, 'booking.cancel.confirm').waitFor()
    await insists(guest, new Outage('POST', CANCEL), () => press(guest, 'booking.cancel.confirm'))
    await standsAs(guest, 'cancelled')
  })

  journey('is said, and done when asked again: somebody is not logged in', async ({ aPerson }) => {
    const clara = await aPerson()
    await clara.visit('/log-in')
    await fill(clara, 'account.email', CLARA.email)
    await fill(clara, 'account.password', CLARA.password)
    await insists(clara, new Outage('POST', /\/v1\/auth\/login$/), () => press(clara, 'account.logIn'))
    await link(clara, 'account.title').waitFor()
  })

  journey('is said, and done when asked again: nobody is registered', async ({ aPerson }) => {
    const ada = await aPerson()
    const { name, email, password } = somebody()
    await ada.visit('/register')
    await fill(ada, 'account.name', name)
    await fill(ada, 'account.email', email)
    await fill(ada, 'account.password', password)
    await insists(ada, new Outage('POST', /\/v1\/auth\/register$/), () => press(ada, 'account.register'))
    await sees(ada, 'account.mailSent')
  })
})

describe.concurrent('a session that is not refreshed', () => {
  const REFRESH = /\/v1\/auth\/refresh$/

  journey('is over for nobody: it is said, and goes on when asked again', async ({ aPerson }) => {
    const ada = await aPerson()
    await logIn(ada, await anAccount())
    // Access tokens are kept by no page that is left.
    await insists(ada, new Outage('POST', REFRESH), () => ada.visit('/account'), () => press(ada, 'common.tryAgain'))
    await field(ada, 'account.name').waitFor()
  })

  journey('is asked for once while the API wants to be left alone, by all tabs', async ({ aPerson }) => {
    const ada = await aPerson({ expects: [{ outcome: 429, path: REFRESH }] })
    await logIn(ada, await anAccount())
    ada.guards.letMove()
    let asked = 0
    await ada.context.route(({ pathname }) => REFRESH.test(pathname), async (route) => {
      asked += 1
      await route.fulfill({
        status: 429,
        contentType: 'application/problem+json',
        headers: { 'Retry-After': '600' },
        body: JSON.stringify({ type: '/problems/too-many-requests', title: '', status: 429, detail: '' }),
      })
    })
    await ada.visit('/account')
    await tellsOf(ada, 'too-many-requests')
    await press(ada, 'common.tryAgain')
    await tellsOf(ada, 'too-many-requests')
    const other = await ada.anotherTab('/bookings')
    await tellsOf(other, 'too-many-requests')
    expect(asked).toBe(1)
    await link(other, 'account.title').waitFor()
  })
})
