/** Choosing and holding seats, beside others who do the same. */
import { describe, expect } from 'vitest'

import { changed } from './support/answers.ts'
import { DESKTOP, journey, type Person, PHONE } from './support/browser.ts'
import { speak, widths, zoomText } from './support/fit.ts'
import { longerThanAPressExcuses } from './support/frames.ts'
import { button, press, sees, seesNot } from './support/steps.ts'
import { areTold, giveBackElsewhere, goToCheckOut, heldBy, holdPicked, pick, seat, seesHeld, takeBest, takenSeats, visitSeats } from './support/seats.ts'
import { until } from './support/until.ts'
import { type Language, LANGUAGES } from './support/words.ts'
import { theWorld } from './support/world.ts'

/** What is told of a hold that was given back elsewhere. */
const OVER = { outcome: 410, path: /\/(holds|bookings)$/ }
const NO_ANSWER = { outcome: /ERR_FAILED/, path: /\/availability$/ }
const TAKEN = { outcome: 409, path: /\/holds$/ }

interface Finger {
  x: number
  y: number
}

/** Where the fingers are, step by step; then they are lifted. */
async function dragFingers({ context, page }: Person, steps: readonly Finger[][]): Promise<void> {
  const session = await context.newCDPSession(page)
  for (const [step, fingers] of steps.entries()) {
    await session.send('Input.dispatchTouchEvent', {
      type: step === 0 ? 'touchStart' : 'touchMove',
      touchPoints: fingers.map((finger, id) => ({ ...finger, id })),
    })
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await session.detach()
}

function isChecked(person: Person, row: string, number: number): Promise<boolean> {
  return seat(person, row, number).getAttribute('aria-checked').then((checked) => checked === 'true')
}

describe('seats', () => {
  journey('are picked on the map, held and given back', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await pick(guest, 'C', 1, 2)
    await holdPicked(guest)
    expect((await heldBy(guest, showtime)).seats).toEqual(['C-1', 'C-2'])
    await areTold(showtime, ['C-1', 'C-2'], 'taken')
    expect(await isChecked(guest, 'C', 1), 'one’s own seats do not look taken').toBe(true)
    await press(guest, 'seats.hold.release')
    await button(guest, 'seats.panel.hold').waitFor()
    await areTold(showtime, ['C-1', 'C-2'], 'free')
  })

  journey('are picked on a phone', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE, hasTouch: true })
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await pick(guest, 'C', 1, 2)
    await holdPicked(guest)
    expect((await heldBy(guest, showtime)).seats).toEqual(['C-1', 'C-2'])
  })

  journey('are picked from the list by rows', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await press(guest, 'seats.asList')
    const row = guest.page.getByRole('button', { name: /^Row C / })
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.click()
    await guest.page.getByRole('checkbox', { name: /^C1 / }).check({ force: true })
    await guest.page.getByRole('checkbox', { name: /^C2 / }).check({ force: true })
    await holdPicked(guest)
    expect((await heldBy(guest, showtime)).seats).toEqual(['C-1', 'C-2'])
  })

  for (const [language, viewport] of [['de', PHONE], ['en', DESKTOP]] as const) {
    journey(`that go off sale, and come back, while somebody looks move nothing: ${language}`, async ({ aPerson }) => {
      const person = await aPerson({ language, viewport })
      const world = await theWorld()
      let news = {}
      await changed(/\/availability$/, (body) => ({ ...body, ...news }))(person.page, world)
      await visitSeats(person, world.showtime)
      for (const [told, key] of [
        [{ seats_left: 0 }, 'seats.full.title'],
        [{ on_sale: false }, 'seats.closed.title'],
        [{}, 'seats.best.title'],
      ] as const) {
        news = told
        await sees(person, key)
      }
    })
  }

  for (const viewport of [PHONE, DESKTOP]) {
    journey(`move nothing when their list comes late, on a screen ${String(viewport.width)} px wide`, async ({ aPerson }) => {
      const person = await aPerson({ viewport })
      await visitSeats(person, (await theWorld()).showtime)
      await person.page.route(/\/SeatList-[^/]+\.js$/, async (route) => {
        await longerThanAPressExcuses(person.page)
        await route.continue()
      })
      await press(person, 'seats.asList')
      await person.page.getByRole('button', { name: /^Row C / }).waitFor()
    })
  }

  journey('that others take grey out within three seconds', async ({ aPerson, aShowtime }) => {
    const showtime = await aShowtime({ city: 'Berlin' })
    const [looking, quick] = [await aPerson({ name: 'looking' }), await aPerson({ name: 'quick' })]
    await visitSeats(looking, showtime)
    await visitSeats(quick, showtime)
    await pick(quick, 'D', 1, 2)
    await holdPicked(quick)
    const heldAt = Date.now()
    await seat(looking, 'D', 1, 'taken').waitFor()
    expect(Date.now() - heldAt).toBeLessThan(3000)
  })

  journey('lost to a second browser are marked, and the alternative is one tap away', async ({ aPerson, aShowtime }) => {
    const showtime = await aShowtime({ city: 'Berlin' })
    const people = [await aPerson({ name: 'one', expects: [TAKEN] }), await aPerson({ name: 'other', expects: [TAKEN] })]
    for (const person of people) {
      await visitSeats(person, showtime)
      await pick(person, 'E', 1, 2)
    }
    await Promise.all(people.map((person) => press(person, 'seats.panel.hold')))
    const losers = await Promise.all(
      people.map(async (person) => {
        const won = person.page.getByRole('link', { name: person.words('seats.hold.toPayment') })
        const lost = person.page.getByText(person.words('seats.lost.title'))
        await won.or(lost).first().waitFor()
        return (await lost.count()) > 0
      }),
    )
    expect(losers.filter(Boolean)).toHaveLength(1)
    const loser = people[losers.indexOf(true)]
    const winner = people[losers.indexOf(false)]
    if (loser === undefined || winner === undefined) throw new Error('nobody lost')
    expect((await heldBy(winner, showtime)).seats).toEqual(['E-1', 'E-2'])
    await seat(loser, 'E', 1, 'lost').waitFor()
    await press(loser, 'seats.lost.take')
    await seesHeld(loser)
    const { seats } = await heldBy(loser, showtime)
    expect(seats).toHaveLength(2)
    expect(seats).not.toContain('E-1')
  })

  journey('come nearer under two fingers, with their numbers and their rows’ labels', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE, hasTouch: true })
    await visitSeats(guest, await aShowtime({ city: 'Berlin', least: 300 }))
    const room = guest.page.getByRole('group', { name: guest.words('seats.map.label') })
    await room.scrollIntoViewIfNeeded()
    const { x, y, width, height } = (await room.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    const widthNow = async (): Promise<number> => (await room.boundingBox())?.width ?? NaN
    const middle = { x: x + width / 2, y: y + height / 2 }
    const spread = (by: number): Finger[] => [{ x: middle.x - by, y: middle.y }, { x: middle.x + by, y: middle.y }]
    await dragFingers(guest, Array.from({ length: 12 }, (_, step) => spread(20 + step * 8)))
    await until('a larger room', widthNow, (now) => now > 3 * width)
    await guest.page.locator('.seat-number').first().waitFor()
    await guest.page.locator('.row-labels').waitFor()
    expect(await guest.page.locator('[aria-checked="true"]').count(), 'what was not touched is not picked').toBe(0)
    await dragFingers(guest, Array.from({ length: 12 }, (_, step) => spread(108 - step * 8)))
    await until('the whole room again', widthNow, (now) => Math.abs(now - width) < 1)
  })

  journey('let a finger go on to the page while all of them are seen', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE, hasTouch: true })
    await visitSeats(guest, await aShowtime({ city: 'Berlin' }))
    const room = await guest.page.getByRole('group', { name: guest.words('seats.map.label') }).boundingBox()
    const from = { x: PHONE.width / 2, y: (room?.y ?? 0) + 150 }
    await dragFingers(guest, Array.from({ length: 12 }, (_, step) => [{ x: from.x, y: from.y - step * 10 }]))
    await until('the page was scrolled', () => guest.page.evaluate(() => scrollY), (by) => by > 50)
  })

  journey('stay where they are when the connection goes down', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ expects: [NO_ANSWER] })
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    const top = async (): Promise<number> => (await seat(guest, 'C', 1).boundingBox())?.y ?? NaN
    const before = await top()
    await guest.context.route('**/availability', (route) => route.abort())
    await sees(guest, 'seats.stale')
    expect(await top()).toBe(before)
    await pick(guest, 'C', 1, 2)
  })

  journey('and their button are within reach on a phone with text of twice the size', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE, hasTouch: true })
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await pick(guest, 'C', 1, 2)
    guest.guards.letMove()
    for (const language of Object.keys(LANGUAGES) as Language[]) {
      await speak(guest.page, language)
      await zoomText(guest.page, 200)
      expect(await widths(guest.page), language).toEqual([])
      await zoomText(guest.page, 100)
    }
  })

  journey('are ten at most, and whoever wants one more is told', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await visitSeats(guest, await aShowtime({ city: 'Berlin', least: 300 }))
    await pick(guest, 'E', ...Array.from({ length: 10 }, (_, index) => index + 1))
    await seat(guest, 'E', 11).click()
    const notice = guest.page.getByRole('status').getByText(guest.words('seats.say.most', { n: 10 }))
    await notice.waitFor()
    expect(await isChecked(guest, 'E', 11)).toBe(false)
    await seat(guest, 'E', 10).click()
    await notice.waitFor({ state: 'detached' })
  })

  journey('that would leave one alone are explained before anything is refused', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await pick(guest, 'C', 2, 3)
    await sees(guest, 'seats.alone.title', { seats: 'C1' })
    await button(guest, 'seats.alone.move').first().click()
    await seesNot(guest, 'seats.alone.title')
    await holdPicked(guest)
    expect((await heldBy(guest, showtime)).seats).not.toEqual(['C-2', 'C-3'])
  })

  journey('and ticket types are changed while they are held', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await pick(guest, 'C', 1, 2)
    await holdPicked(guest)
    const before = await heldBy(guest, showtime)
    await guest.page.getByLabel(guest.words('seats.panel.typeOf', { seat: 'C1' })).selectOption('child')
    await until('a lower price', async () => (await heldBy(guest, showtime)).quote.total.minor, (minor) => minor < before.quote.total.minor)

    await pick(guest, 'C', 3)
    await sees(guest, 'seats.hold.changing')
    await press(guest, 'seats.panel.holdInstead')
    await seesHeld(guest)
    await until('three seats', async () => (await heldBy(guest, showtime)).seats, (seats) => seats.length === 3)
    await areTold(showtime, ['C-1', 'C-2', 'C-3'], 'taken')
  })

  journey('of a wheelchair user come with a companion’s', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await press(guest, 'seats.best.wishesPlaces')
    await guest.page.getByRole('group', { name: guest.words('seats.best.wheelchairs') }).getByRole('button', { name: guest.words('seats.best.more') }).click()
    await press(guest, 'seats.best.find')
    await seesHeld(guest)
    const { quote } = await heldBy(guest, showtime)
    expect(quote.lines.map((line) => line.seat).every((each) => each.startsWith('A-'))).toBe(true)
  })
})

describe('a hold', () => {
  journey('whose reply was lost is asked for again, and is one’s own', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ expects: [{ outcome: /ERR_FAILED/, path: /\/holds$/ }] })
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await pick(guest, 'C', 1, 2)
    let lost = 0
    await guest.context.route('**/holds', async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return route.fallback()
      lost += 1
      await route.fetch()
      return route.abort()
    })
    await holdPicked(guest)
    expect(lost).toBe(1)
    expect((await heldBy(guest, showtime)).seats).toEqual(['C-1', 'C-2'])
    expect(await takenSeats(showtime)).toHaveLength(2)
  })

  journey('that ended elsewhere is found out at the check-out', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ expects: [OVER] })
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await takeBest(guest)
    await goToCheckOut(guest)
    await giveBackElsewhere(guest, showtime)
    await guest.page.getByLabel(guest.words('booking.out.email')).fill('nobody@example.com')
    await press(guest, 'booking.out.pay')
    await sees(guest, 'booking.out.expired')
    await guest.page.getByRole('link', { name: guest.words('booking.out.chooseAgain') }).click()
    await sees(guest, 'seats.ended.expiredTitle')
  })

  journey('outlives a device whose clock is wrong', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await guest.page.clock.install({ time: Date.now() + 3 * 3_600_000 })
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await takeBest(guest)
    await guest.page.getByRole('timer').getByText(/^(10:00|9:\d\d)$/).first().waitFor()
  })
})
