/**
 * The pictures of docs/images: the main screens, on a desk and on a phone, by day and by night. `make screenshots` takes them
 * anew.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { type Locator, type Page } from 'playwright-core'
import { describe } from 'vitest'

import { DESKTOP, journey, type Person, type PersonOptions } from './support/browser.ts'
import { atCheckOutWithSeats } from './support/holds.ts'
import { takeBest, visitSeats } from './support/seats.ts'
import { type Showtime, type Wanted } from './support/showtimes.ts'
import { button } from './support/steps.ts'
import { isClara, theWorld } from './support/world.ts'

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const PHONE = { width: 405, height: 844 }
/** Of a picture's pixels to the screen's: sharp enough on a page of 800 px, and light. */
const SCALE = { desk: 1, phone: 1.5 }
const QUALITY = 82
/** A room that is partly sold looks like one; the demo sells those of the next days. */
const LIVELY = { least: 100, most: 400, partlySold: true, fromHours: 2 }

interface Picture {
  name: string
  device: keyof typeof SCALE
  options: PersonOptions
  show: (person: Person, aShowtime: (wanted: Wanted) => Promise<Showtime>) => Promise<void>
}

const PICTURES: Picture[] = [
  { name: 'whats-on', device: 'desk', options: { colorScheme: 'light' }, show: (person) => person.visit('/?city=Berlin') },
  { name: 'whats-on-phone', device: 'phone', options: { colorScheme: 'dark' }, show: (person) => person.visit('/?city=Hamburg') },
  {
    name: 'seats',
    device: 'desk',
    options: { colorScheme: 'dark' },
    show: async (person, aShowtime) => {
      await visitSeats(person, await aShowtime(LIVELY))
      await takeBest(person, 3)
    },
  },
  {
    name: 'seats-phone',
    device: 'phone',
    options: { colorScheme: 'light', language: 'de' },
    show: async (person, aShowtime) => {
      await visitSeats(person, await aShowtime(LIVELY))
      for (const seat of await twoInTheMiddle(person.page)) await person.page.locator(`[data-seat="${seat}"]`).click()
      await showFromTop(person.page.getByRole('heading', { name: person.words('seats.choose') }).last(), 190)
    },
  },
  {
    name: 'check-out-phone',
    device: 'phone',
    options: { colorScheme: 'dark', language: 'hi' },
    show: async (person, aShowtime) => {
      await atCheckOutWithSeats(person, await aShowtime({ city: 'Mumbai', most: 400 }))
      await button(person, 'booking.out.pay').waitFor()
    },
  },
  {
    name: 'tickets-phone',
    device: 'phone',
    options: { colorScheme: 'light' },
    show: async (person) => {
      const world = await theWorld()
      await isClara(person.page, world)
      await person.visit(`/bookings/${world.booking.reference}`)
      await button(person, 'booking.tickets.enlarge').first().waitFor()
      await showFromTop(person.page.getByRole('heading', { name: person.words('booking.tickets.title') }))
    },
  },
]

describe('the pictures', () => {
  for (const { name, device, options, show } of PICTURES) {
    journey(name, async ({ aPerson, aShowtime }) => {
      const person = await aPerson({ ...options, viewport: device === 'desk' ? DESKTOP : PHONE })
      await show(person, aShowtime)
      await person.page.waitForLoadState('networkidle')
      mkdirSync(IMAGES, { recursive: true })
      writeFileSync(`${IMAGES}${name}.webp`, await picture(person.page, SCALE[device]))
    })
  }
})

async function showFromTop(element: Locator, above = 24): Promise<void> {
  await element.evaluate((shown, px) => {
    scrollBy({ top: shown.getBoundingClientRect().top - px, behavior: 'instant' })
  }, above)
}

/** Two free seats side by side near the middle of the room, with others left on both sides. */
async function twoInTheMiddle(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const seats = [...document.querySelectorAll<SVGElement>('svg [data-seat]')]
    const isFree = (seat: Element | undefined): boolean => seat?.getAttribute('aria-disabled') === null
    for (let at = Math.floor(seats.length / 2) - 6; at < seats.length - 6; at += 1) {
      if (!seats.slice(at - 3, at + 5).every(isFree)) continue
      return seats.slice(at, at + 2).map((seat) => seat.dataset['seat'] ?? '')
    }
    throw new Error('the middle of the room is sold')
  })
}

async function picture(page: Page, scale: number): Promise<Buffer> {
  await page.evaluate(() => document.fonts.ready)
  const session = await page.context().newCDPSession(page)
  // Without the place that is kept for a scroll bar, which is not there.
  const { x, y, width, height } = await page.evaluate(() => ({ x: scrollX, y: scrollY, width: document.body.clientWidth, height: innerHeight }))
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY, clip: { x, y, width, height, scale } })
  return Buffer.from(data, 'base64')
}
