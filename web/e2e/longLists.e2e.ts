/** Long lists: drawn only where they are looked at, and nothing in them moves. That it doesn't, the guards see. */
import { type Page } from 'playwright-core'
import { describe, expect } from 'vitest'

import { type Schemas } from './support/api.ts'
import { answered, type Api, changed, Delay } from './support/answers.ts'
import { DESKTOP, journey, type Person, PHONE } from './support/browser.ts'
import { goAllOver, isAsLongAsItGets, isShown, longerThanAPressExcuses } from './support/frames.ts'
import { button, isAt, link, press } from './support/steps.ts'
import { until } from './support/until.ts'
import { isClara, theWorld, type World } from './support/world.ts'

/** What the page asks beside the list, of those that come next. */
const noTickets: Api = answered(/\/v1\/bookings\/MANYXX-\d+\/tickets$/, () => ({ tickets: [] }))
const DAY_MS = 86_400_000
const LONG_TITLE = 'The Unabridged and Entirely Truthful Memoirs of a Projectionist Who Never Once Looked at the Screen'
const BOOKINGS = /\/api\/v1\/bookings(\?|$)/
const PART = 20

type Booking = Schemas['BookingOut']

/** Clara's, booked one after the other, each for so many days ahead of now. */
function manyBookings({ booking }: World, count: number, title: (index: number) => string, daysAhead: (index: number) => number): Booking[] {
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.now() + daysAhead(index) * DAY_MS).toISOString()
    const showtime = { ...booking.showtime, movie_title: title(index), starts_at: at, ends_at: at }
    return { ...booking, reference: `MANYXX-${String(index).padStart(7, '0')}`, showtime }
  })
}

/** The bookings are told in parts; what comes after the first one is told when the test lets it be told. */
async function toldLate(page: Page, bookings: readonly Booking[]): Promise<Delay> {
  const delay = new Delay()
  await page.route(BOOKINGS, async (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get('cursor') ?? '0')
    await delay.over()
    const next = from + PART < bookings.length ? String(from + PART) : null
    await route.fulfill({ json: { bookings: bookings.slice(from, from + PART), next } })
  })
  return delay
}

/** How many are listed, drawn or not. */
function howMany({ page }: Person): Promise<number> {
  return page.locator('main section > ul').evaluateAll((lists) =>
    lists.reduce((sum, list) => sum + Number(list.querySelector('[aria-setsize]')?.getAttribute('aria-setsize') ?? list.children.length), 0),
  )
}

/** Where each card that is drawn begins, by what it leads to; in sight are those that more than an edge is seen of. */
function drawn({ page }: Person): Promise<{ href: string; top: number; isInSight: boolean }[]> {
  const EDGE_PX = 2
  return page.locator('main article').evaluateAll(
    (cards, edge) =>
      cards.map((card) => {
        const { top, bottom } = card.getBoundingClientRect()
        return { href: card.querySelector('a')?.getAttribute('href') ?? '', top, isInSight: bottom > edge && top < innerHeight - edge }
      }),
    EDGE_PX,
  )
}

/** Where each card in sight is, by what it leads to. */
async function inSight(person: Person): Promise<Record<string, number>> {
  return Object.fromEntries((await drawn(person)).flatMap(({ href, top, isInSight }) => (isInSight ? [[href, top]] : [])))
}

/** How far each of them is from where it was; a card that is drawn no more is told as such. */
async function wentFrom(person: Person, before: Record<string, number>): Promise<string[]> {
  const now = new Map((await drawn(person)).map(({ href, top }) => [href, top]))
  return Object.entries(before).flatMap(([href, top]) => {
    const went = Math.abs((now.get(href) ?? Infinity) - top)
    return went <= 1 ? [] : [`${href} by ${String(went)} px from ${String(top)}`]
  })
}

describe('one’s own bookings', () => {
  journey('by the hundred are drawn only where they are looked at, and where one was on the way back', async ({ aPerson }) => {
    const clara = await aPerson()
    const { page, words } = clara
    const world = await theWorld()
    await isClara(page, world)
    const bookings = manyBookings(world, 300, (index) => `Evening ${String(index)}`, (index) => -index - 1)
    await page.route(BOOKINGS, (route) => route.fulfill({ json: { bookings, next: null } }))
    await page.route(/\/api\/v1\/bookings\/MANYXX-/, (route) => route.fulfill({ json: bookings.find(({ reference }) => route.request().url().includes(reference)) }))
    await clara.visit('/bookings')
    const cards = page.getByRole('article')
    await cards.first().waitFor()
    await until('few of them', () => cards.count(), (count) => count < 60)
    expect(await page.locator('li[aria-posinset="1"]').getAttribute('aria-setsize')).toBe('300')

    // By the keyboard alone, further than was drawn.
    await cards.first().getByRole('link').focus()
    for (let pressed = 0; pressed < 30; pressed += 1) await page.keyboard.press('Tab')
    const thirtieth = page.getByRole('link', { name: 'Evening 30', exact: true })
    await until('the focus', () => thirtieth.evaluate((element) => element === document.activeElement), Boolean)
    const before = await thirtieth.evaluate((element) => element.getBoundingClientRect().top)
    await page.keyboard.press('Enter')
    await isAt(clara, /^\/bookings\/MANYXX-0000030$/)
    await page.goBack()
    await until('the same place', () => thirtieth.evaluate((element) => element.getBoundingClientRect().top), (top) => Math.abs(top - before) < 80)

    // Whoever looks for a text in the page looks through all of them.
    await page.keyboard.press('Control+f')
    await until('all of them', () => cards.count(), (count) => count === 300)
    await page.getByRole('heading', { name: words('booking.list.past') }).waitFor()
  })

  /** In which order they are booked, by days ahead of now; each other title is longer than the window is wide. */
  const ORDERS = {
    'as their showtimes are': (index: number) => -index - 1,
    'in any order': (index: number) => ((index * 79) % 120) - 60,
    'all of them to come': (index: number) => 1 + ((index * 79) % 120),
  }
  for (const [order, daysAhead] of Object.entries(ORDERS)) {
    journey(`stay where they are while more come, booked ${order}, however late they are told`, async ({ aPerson }) => {
      const clara = await aPerson({ viewport: PHONE })
      const { page } = clara
      const world = await theWorld()
      await isClara(page, world)
      await noTickets(page, world)
      const answers = await toldLate(page, manyBookings(world, 6 * PART, (index) => (index % 3 === 0 ? LONG_TITLE : `Evening ${String(index)}`), daysAhead))
      await clara.visit('/bookings')
      for (let shown = PART; shown < 6 * PART; shown += PART) {
        await until('what was told', () => howMany(clara), (count) => count === shown)
        await goAllOver(page)
        answers.wait()
        await press(clara, 'booking.list.more')
        await longerThanAPressExcuses(page)
        const before = await inSight(clara)
        expect(Object.keys(before)).not.toEqual([])
        answers.tell()
        await until('more', () => howMany(clara), (count) => count === shown + PART)
        await isShown(page)
        expect(await wentFrom(clara, before)).toEqual([])
      }
      await goAllOver(page)
      expect(await button(clara, 'booking.list.more').count()).toBe(0)
    })
  }
})

/** Each movie of the programme some times over, under titles of many lengths. */
const manyMovies = changed(/\/api\/v1\/movies$/, (body) => {
  const { movies } = body as unknown as Schemas['MovieList']
  const more = Array.from({ length: 8 }, (_, copy) =>
    movies.map((movie, index) => ({ ...movie, id: `${movie.id}-${String(copy)}`, title: (copy + index) % 3 === 0 ? `${LONG_TITLE} ${String(copy)}` : `${movie.title} ${String(copy)}` })),
  )
  return { ...body, movies: more.flat() }
})
const theirShowtimes = changed(/\/api\/v1\/showtimes$/, (body) => {
  const { showtimes } = body as unknown as Schemas['ShowtimeList']
  return { ...body, showtimes: Array.from({ length: 8 }, (_, copy) => showtimes.map((each) => ({ ...each, movie_id: `${each.movie_id}-${String(copy)}` }))).flat() }
})

const CINEMAS = 200
/** A chain of many: a fifth of them in one city, the others in many; some under longer names than the window is wide. */
const manyCinemas = changed(/\/api\/v1\/cinemas$/, (body) => {
  const { cinemas } = body as unknown as Schemas['CinemaList']
  const [cinema] = cinemas
  const many = Array.from({ length: CINEMAS }, (_, index) => ({
    ...cinema,
    id: `${cinema?.id ?? ''}-${String(index)}`,
    name: index % 3 === 0 ? `${LONG_TITLE} ${String(index)}` : `Lichtburg ${String(index)}`,
    city: index % 5 === 0 ? 'Berlin' : `Neustadt ${String(index % 31)}`,
  }))
  return { ...body, cinemas: many, next: null }
})

/** A long list is gone through, and is as it was on the way back from elsewhere. */
async function goesThrough(person: Person, { elsewhere, at }: { elsewhere: string; at: RegExp }): Promise<void> {
  const { page } = person
  await isAsLongAsItGets(page)
  await goAllOver(page)

  await page.evaluate(() => {
    scrollTo({ top: 0.5 * document.documentElement.scrollHeight, behavior: 'instant' })
  })
  const before = await until('cards', () => inSight(person), (cards) => Object.keys(cards).length > 0)
  const y = await page.evaluate(() => scrollY)
  await link(person, elsewhere).first().dispatchEvent('click')
  await isAt(person, at)
  await page.goBack()
  await until('the same place', () => page.evaluate(() => scrollY), (now) => Math.abs(now - y) <= 1)
  await until('the same cards', () => wentFrom(person, before), (gone) => gone.length === 0)
  await goAllOver(page)
}

for (const [device, viewport] of Object.entries({ 'a phone': PHONE, 'a desk': DESKTOP })) {
  journey(`a long programme is gone through on ${device} without anything jumping, and found where it was left`, async ({ aPerson }) => {
    const guest = await aPerson({ viewport })
    const { page } = guest
    const world = await theWorld()
    await manyMovies(page, world)
    await theirShowtimes(page, world)
    await guest.visit('/?city=Berlin')
    await page.locator('li[aria-setsize] article').first().waitFor()
    expect(await page.locator('main article').count()).toBeLessThan(Number(await page.locator('li[aria-setsize]').first().getAttribute('aria-setsize')))
    await goesThrough(guest, { elsewhere: 'movies.cinemas', at: /^\/cinemas$/ })
  })

  journey(`a chain of many cinemas is gone through on ${device} without anything jumping, and found where it was left`, async ({ aPerson }) => {
    const guest = await aPerson({ viewport })
    const { page } = guest
    await manyCinemas(page, await theWorld())
    await guest.visit('/cinemas')
    await page.locator('li[aria-setsize] article').first().waitFor()
    expect(await page.locator('main article').count()).toBeLessThan(CINEMAS)
    await goesThrough(guest, { elsewhere: 'common.bookings', at: /^\/bookings$/ })
  })
}

journey('a chain of many cinemas is gone through by the keyboard alone, each once, to the last and beyond', async ({ aPerson }) => {
  const guest = await aPerson()
  const { page } = guest
  await manyCinemas(page, await theWorld())
  await guest.visit('/cinemas')
  const cards = page.locator('main article')
  await cards.first().getByRole('link').focus()
  const gone = new Set<string>()
  for (;;) {
    const href = await page.evaluate(() => document.activeElement?.closest('main') && document.activeElement.getAttribute('href'))
    if (href === null || href === undefined || gone.has(href)) break
    gone.add(href)
    await page.keyboard.press('Tab')
  }
  expect(gone.size).toBe(CINEMAS)
  expect(await page.evaluate(() => document.activeElement?.closest('footer') !== null), 'on to what comes after the list').toBe(true)
})
