/** Finding something to see. */
import { describe, expect } from 'vitest'

import { calendarDay, dayAfter } from '../src/lib/dates.ts'
import { answer, api, type Schemas } from './support/api.ts'
import { Delay } from './support/answers.ts'
import { DESKTOP, journey, type Person, PHONE } from './support/browser.ts'
import { longerThanAPressExcuses } from './support/frames.ts'
import { CLARA } from './support/people.ts'
import { button, codes, field, follow, isAt, logIn, sees, seesHeading } from './support/steps.ts'
import { until } from './support/until.ts'

/** How many movies are shown, as the page says it. */
async function movieCount({ page, words }: Person): Promise<number> {
  const told = page.getByRole('status').getByText(words('movies.count'))
  await told.waitFor()
  return Number.parseInt((await told.textContent())?.trim() ?? '', 10)
}

const LONG_TITLE = 'The Unabridged and Entirely Truthful Memoirs of a Projectionist Who Never Once Looked at the Screen'

/** By their place in the strip: one of few words, one of a movie with many, one on which nothing is on. */
const DAYS: Record<string, { isTold: (person: Person) => Promise<unknown> }> = {
  1: { isTold: movieCount },
  2: { isTold: ({ page }) => page.getByRole('region', { name: LONG_TITLE }).waitFor() },
  3: { isTold: (person) => sees(person, 'movies.nothingOn') },
  4: { isTold: movieCount },
}

/**
 * The programme, told when the test lets it be told. On the third day there is only a movie with a very long title, without
 * synopsis and genres; on the fourth there is nothing.
 */
async function toldLate({ page }: Person): Promise<Delay> {
  const delay = new Delay()
  let first: string | null = null
  await page.route(/\/api\/v1\/movies\?/, async (route) => {
    const response = await route.fetch()
    const body = (await response.json()) as Schemas['MovieList']
    const [movie, ...others] = body.movies
    const long = movie && { ...movie, title: LONG_TITLE, synopsis: '', genres: [], rating: 100 }
    await route.fulfill({ response, json: { ...body, movies: long ? [long, ...others] : [] } })
  })
  await page.route(/\/api\/v1\/showtimes\?/, async (route) => {
    const date = new URL(route.request().url()).searchParams.get('date') ?? ''
    first = first === null || date < first ? date : first
    const isDay = (ahead: number): boolean => date === dayAfter(first ?? date, ahead)
    const response = await route.fetch()
    const body = (await response.json()) as Schemas['ShowtimeList']
    const movies = (await answer(api.GET('/v1/movies', { params: { query: { limit: 100 } } }))).movies
    const long = body.showtimes.slice(0, 1).map((showtime) => ({ ...showtime, movie_id: movies[0]?.id ?? '' }))
    await delay.over()
    const others = body.showtimes.filter(({ movie_id: movie }) => movie !== movies[0]?.id)
    await route.fulfill({ response, json: { ...body, showtimes: isDay(2) ? long : isDay(3) ? [] : others } })
  })
  return delay
}

describe('what is on', () => {
  journey('is chosen by city, day and genre, and stays chosen over a reload and on the way back', async ({ aPerson }) => {
    const guest = await aPerson({ viewport: PHONE, hasTouch: true })
    const { page, words } = guest
    await guest.visit('/')
    await movieCount(guest)
    await field(guest, 'movies.city').selectOption('Mumbai')
    await page.waitForURL((url) => url.searchParams.get('city') === 'Mumbai')
    const days = page.getByRole('navigation', { name: words('movies.days') }).getByRole('link')
    await days.nth(2).click()
    await page.waitForURL((url) => url.searchParams.has('day'))
    const day = new URL(page.url()).searchParams.get('day') ?? ''
    await page.getByRole('heading', { name: calendarDay(day, 'en', { weekday: 'long' }) }).waitFor()
    const all = await movieCount(guest)

    const genres = page.getByRole('group', { name: words('movies.genre') }).getByRole('button')
    const genre = (await genres.nth(1).textContent())?.trim() ?? ''
    await genres.nth(1).click()
    await page.waitForURL((url) => url.searchParams.has('genre'))
    await until('fewer movies', () => movieCount(guest), (count) => count < all)
    const some = await movieCount(guest)

    await page.reload()
    await until('the same movies', () => movieCount(guest), (count) => count === some)
    expect(await page.getByRole('group', { name: words('movies.genre') }).getByRole('button', { pressed: true }).textContent()).toContain(genre)
    await page.getByRole('article').getByRole('heading', { level: 3 }).getByRole('link').first().click()
    await isAt(guest, /^\/movies\//)
    await page.goBack()
    await until('the same movies', () => movieCount(guest), (count) => count === some)
    expect(new URL(page.url()).searchParams.get('city')).toBe('Mumbai')
  })

  for (const [device, viewport] of Object.entries({ 'a phone': PHONE, 'a desk': DESKTOP })) {
    journey(`stays where it is on ${device}, however late and different a chosen day is told`, async ({ aPerson }) => {
      const guest = await aPerson({ viewport })
      const { page, words } = guest
      const answers = await toldLate(guest)
      answers.tell()
      await guest.visit('/?city=Berlin')
      const days = page.getByRole('navigation', { name: words('movies.days') }).getByRole('link')
      await movieCount(guest)
      for (const [place, day] of Object.entries(DAYS)) {
        answers.wait()
        await days.nth(Number(place)).click()
        await longerThanAPressExcuses(page)
        answers.tell()
        await day.isTold(guest)
      }
      // Back to what is known: the press itself brings it.
      await days.nth(0).click()
      await movieCount(guest)
    })
  }

  journey('is offered large for the day that is chosen', async ({ aPerson }) => {
    const guest = await aPerson()
    const { page, words } = guest
    const answers = await toldLate(guest)
    answers.tell()
    await guest.visit('/?city=Berlin')
    const days = page.getByRole('navigation', { name: words('movies.days') }).getByRole('link')
    await days.nth(2).click()
    await page.waitForURL((url) => url.searchParams.has('day'))
    const large = page.getByRole('region', { name: LONG_TITLE })
    await large.waitFor()
    const day = new URL(page.url()).searchParams.get('day') ?? ''
    await large.getByText(calendarDay(day, 'en', { weekday: 'long', day: 'numeric', month: 'long' })).waitFor()
    await large.getByRole('link', { name: words('movies.priceFrom') }).or(large.getByRole('link')).last().click()
    await isAt(guest, /^\/showtimes\/.+\/seats$/)
  })

  journey('in a cinema is shown on its page, with its times and how full they are', async ({ aPerson }) => {
    const guest = await aPerson()
    await guest.visit('/')
    await follow(guest, 'movies.cinemas')
    await guest.page.getByRole('link', { name: 'Elbschloss Lichtspiele' }).click()
    await guest.page.getByRole('heading', { level: 1, name: 'Elbschloss Lichtspiele' }).waitFor()
    await guest.page.getByText('Hafenrand 3').first().waitFor()
    await guest.page.getByRole('navigation', { name: guest.words('movies.days') }).getByRole('link').nth(3).click()
    await guest.page.getByRole('main').getByRole('link', { name: /from €.*(Plenty|Filling|Only)/ }).first().waitFor()
    expect(await guest.page.title()).toBe('Elbschloss Lichtspiele · Matinee')
  })

  journey('is found by typing a part of it, with accents or without', async ({ aPerson }) => {
    const guest = await aPerson()
    await guest.visit('/')
    await button(guest, 'common.search').waitFor()
    await guest.page.keyboard.press('/')
    const box = guest.page.getByRole('combobox', { name: guest.words('movies.search.title') })
    await box.fill('ete zur')
    await guest.page.getByRole('option', { name: /Été à Zürich/ }).waitFor()
    await guest.page.keyboard.press('ArrowDown')
    await box.fill('xqzwv')
    await sees(guest, 'movies.search.nothingText')
    await box.fill('rajmahal')
    await guest.page.getByRole('option', { name: /Rajmahal Talkies/ }).waitFor()
    await guest.page.keyboard.press('Enter')
    await isAt(guest, /^\/cinemas\//)
    await guest.page.getByRole('heading', { level: 1, name: 'Rajmahal Talkies' }).waitFor()
  })

  journey('of what does not exist is said, and leads on', async ({ aPerson }) => {
    const guest = await aPerson({ expects: [{ outcome: 404, path: /\/(showtimes|movies)\// }] })
    await guest.visit('/nowhere/at-all')
    await seesHeading(guest, 'common.notFound')
    await guest.visit('/showtimes/ZZZZZZ/seats')
    await sees(guest, 'problems.not-found.title')
    await follow(guest, 'common.toWhatsOn')
    await isAt(guest, /^\/$/)
  })
})

describe('one’s own bookings', () => {
  journey('are listed, those to come first', async ({ aPerson }) => {
    const clara = await aPerson()
    await logIn(clara, CLARA)
    await follow(clara, 'booking.own')
    await seesHeading(clara, 'booking.list.coming')
    await clara.page.getByRole('article').getByRole('link').first().click()
    await isAt(clara, /^\/bookings\/.+/)
    await clara.page.getByRole('heading', { level: 1 }).waitFor()
  })

  journey('open without a connection, tickets too, though they were only listed', async ({ aPerson }) => {
    const clara = await aPerson({ viewport: PHONE, expects: [{ outcome: /ERR_(FAILED|INTERNET_DISCONNECTED)/, path: /./ }] })
    await logIn(clara, CLARA)
    const kept = clara.page.waitForResponse((response) => response.url().endsWith('/tickets') && response.ok())
    await follow(clara, 'booking.own')
    await seesHeading(clara, 'booking.list.coming')
    const [reference = ''] = /[^/]+(?=\/tickets$)/.exec(new URL((await kept).url()).pathname) ?? []
    await until('the page’s shell on the device', () => clara.page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state), (state) => state === 'activated')
    await until('the tickets', () => clara.page.evaluate((name) => localStorage.getItem(name), `matinee.booking.${reference}`), (text) => text?.includes('"tickets":[{"') ?? false)

    await clara.context.setOffline(true)
    await clara.page.locator(`main a[href$="${reference}"]`).click()
    await isAt(clara, new RegExp(`^/bookings/${reference}$`))
    await codes(clara).first().waitFor()
  })

  journey('of a guest begin empty, and lead on', async ({ aPerson }) => {
    const guest = await aPerson({ viewport: PHONE })
    await guest.visit('/bookings')
    await sees(guest, 'booking.list.none')
    await follow(guest, 'booking.list.whatsOn')
    await isAt(guest, /^\/$/)
  })
})
