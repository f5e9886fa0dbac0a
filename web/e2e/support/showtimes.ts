/** Showtimes to test with: each test has its own, so that no test takes another's seats. */
import { mkdirSync } from 'node:fs'

import { answer, api, type Schemas } from './api.ts'
import { resultFile } from './environment.ts'

export type Showtime = Schemas['ShowtimeList']['showtimes'][number]

export interface Wanted {
  city?: 'Berlin' | 'Hamburg' | 'Mumbai'
  /** Of the whole room. */
  least?: number
  most?: number
  /** Whether some of its seats are sold already. */
  partlySold?: boolean
  /** How far away it begins at least. */
  fromHours?: number
}

/** Far enough away for sales and free cancelling to be open all through the run. */
const FROM_HOURS = 24
const DAYS = 13

let listed: Promise<Showtime[]> | null = null

/** Raises if there is none left that fits. */
export async function aShowtime(wanted: Wanted = {}): Promise<Showtime> {
  listed ??= list().catch((error: unknown) => {
    listed = null
    throw error
  })
  const fit = (await listed).filter((each) => fits(each, wanted))
  for (const showtime of fit) {
    if (!claimed(showtime.id)) continue
    return showtime
  }
  throw new Error(`Of ${String(fit.length)} showtimes that fit ${JSON.stringify(wanted)}, none is left`)
}

async function list(): Promise<Showtime[]> {
  const { cinemas } = await answer(api.GET('/v1/cinemas'))
  const all = await Promise.all(cinemas.map((cinema) => ofCinema(cinema.id)))
  // The rooms in turn: a test that asks for nothing gets anything.
  return all.flat().sort((one, other) => one.starts_at.localeCompare(other.starts_at) || one.id.localeCompare(other.id))
}

async function ofCinema(cinema: string): Promise<Showtime[]> {
  const date = new Date().toISOString().slice(0, 10)
  const found: Showtime[] = []
  let cursor: string | null | undefined
  do {
    const query = { cinema, date, days: DAYS, ...(cursor ? { cursor } : {}) }
    const page = await answer(api.GET('/v1/showtimes', { params: { query } }))
    found.push(...page.showtimes)
    cursor = page.next
  } while (cursor)
  return found
}

function fits(showtime: Showtime, { city, least = 60, most = Infinity, partlySold = false, fromHours = FROM_HOURS }: Wanted): boolean {
  const soon = Date.now() + fromHours * 3_600_000
  const left = showtime.seats_left
  return (
    showtime.status === 'on_sale' &&
    Date.parse(showtime.starts_at) > soon &&
    (city === undefined || CINEMAS[city] === showtime.cinema_name) &&
    showtime.capacity >= least &&
    showtime.capacity <= most &&
    left >= showtime.capacity / 2 &&
    partlySold === left < showtime.capacity
  )
}

/** One cinema a city, in the demo data. */
const CINEMAS = { Berlin: 'Lichtburg am Kanal', Hamburg: 'Elbschloss Lichtspiele', Mumbai: 'Rajmahal Talkies' }

/** Making a folder succeeds once, in whichever process. */
function claimed(id: string): boolean {
  try {
    mkdirSync(resultFile('showtimes', id))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
