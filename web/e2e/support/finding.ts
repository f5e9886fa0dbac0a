/** From the front page to a showtime: by typing its movie's name, then by day and time. */
import { calendarDay, dayIn, timeOfDay } from '../../src/lib/dates.ts'
import { answer, api } from './api.ts'
import { type Person } from './browser.ts'
import { type Showtime } from './showtimes.ts'
import { button, isAt, press } from './steps.ts'
import { reading } from './words.ts'

export async function findShowtime(person: Person, showtime: Showtime): Promise<void> {
  const { page, language, words } = person
  await person.visit('/')
  await press(person, 'common.search')
  await page.getByRole('combobox', { name: words('movies.search.title') }).fill(showtime.movie_title)
  await page.getByRole('option', { name: reading(showtime.movie_title) }).first().click()
  await isAt(person, /^\/movies\//)

  const days = page.getByRole('navigation', { name: words('movies.days') })
  await days.waitFor()
  const { city } = await answer(api.GET('/v1/cinemas/{cinema_id}', { params: { path: { cinema_id: showtime.cinema_id } } }))
  const cities = page.getByRole('main').getByLabel(words('movies.city'))
  if ((await cities.count()) > 0) await cities.selectOption(city)
  const day = calendarDay(showtime.business_date, language, { day: 'numeric' })
  await days.getByRole('link', { name: new RegExp(`(?<!\\d)${day}(?!\\d)`) }).first().click()
  await page.waitForURL((url) => url.searchParams.get('day') === showtime.business_date || dayIn(showtime.time_zone, Date.now()) === showtime.business_date)
  const time = timeOfDay(showtime.starts_at, { language, timeZone: showtime.time_zone })
  await page.getByRole('main').getByRole('link', { name: new RegExp(`^\\s*${reading(time).source}`) }).first().click()
  await isAt(person, new RegExp(`^/showtimes/${showtime.id}/seats$`))
  await button(person, 'seats.map.zoomIn').waitFor()
}
