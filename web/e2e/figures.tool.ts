/**
 * What the page costs on a phone whose processor is four times slower than this machine's: how long until there is something
 * to see, until a room of 1,000 seats is there, and until a touch shows. `python -m bench page` runs it and prints the figures,
 * which are written as JSON to the file that FIGURES names.
 */
import { writeFileSync } from 'node:fs'

import { chromium, devices, type Page } from 'playwright-core'
import { inject, test } from 'vitest'

import { answer, api } from './support/api.ts'
import { resultFile, SITE } from './support/environment.ts'
import { aShowtime } from './support/showtimes.ts'

const SLOWER = 4
const RUNS = 5
const SEATS = 1000
const PICKS = 8

type Figures = Record<string, number[]>

declare global {
  interface Window {
    measured: { contentful: number; largest: number; touched: number; room: number | null; touches: Map<number, number> }
  }
}

interface Interaction extends PerformanceEventTiming {
  interactionId: number
}

/** DOM's types know no threshold yet. */
interface EventObservation extends PerformanceObserverInit {
  durationThreshold: number
}

test('what the page costs', async () => {
  const browser = await chromium.connect(inject('browser'))
  const showtime = await aShowtime({ least: SEATS, most: SEATS })
  const figures: Figures = {}
  const note = (name: string, value: number): void => {
    ;(figures[name] ??= []).push(value)
  }
  // The server's own first answers are no figure of the page's.
  await Promise.all([fetch(`${SITE}/`), answer(api.GET('/v1/showtimes/{showtime_id}/availability', { params: { path: { showtime_id: showtime.id } } }))])

  for (let run = 0; run < RUNS; run += 1) {
    await onAPhone(async (page) => {
      await page.goto('/', { waitUntil: 'networkidle' })
      const { contentful, largest } = await page.evaluate(() => window.measured)
      note('front_contentful_ms', contentful)
      note('front_largest_ms', largest)
    })
    await onAPhone(async (page) => {
      await page.goto(`/showtimes/${showtime.id}/seats`)
      note('room_visible_ms', await roomVisible(page))
      await touchSeats(page, note)
    })
    await onAPhone(async (page) => {
      // Swedes write dates as addresses do.
      const day = new Intl.DateTimeFormat('sv', { timeZone: showtime.time_zone }).format(new Date(showtime.starts_at))
      await page.goto(`/cinemas/${showtime.cinema_id}?day=${day}`, { waitUntil: 'networkidle' })
      note('room_opened_ms', await openRoom(page, showtime.id))
    })
  }
  await browser.close()
  writeFileSync(process.env['FIGURES'] ?? resultFile('figures.json'), JSON.stringify(figures))
  console.log(figures)

  async function onAPhone(use: (page: Page) => Promise<void>): Promise<void> {
    // Nothing is kept from the run before: neither by the cache nor by a worker.
    const context = await browser.newContext({ ...devices['Pixel 7'], baseURL: SITE, locale: 'en', serviceWorkers: 'block' })
    const page = await context.newPage()
    await page.addInitScript(measure, SEATS)
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
    await use(page)
    await context.close()
  }
})

/** From the visit to the frame that shows the last of the seats. */
async function roomVisible(page: Page): Promise<number> {
  const seen = await page.waitForFunction(() => window.measured.room, undefined, { timeout: 60_000 })
  return (await seen.jsonValue()) ?? NaN
}

/** From the touch of a showtime to the frame that shows the last of its seats. */
async function openRoom(page: Page, showtime: string): Promise<number> {
  const link = page.locator(`a[href*="/showtimes/${showtime}/seats"]`).first()
  await page.evaluate(() => {
    addEventListener('pointerdown', ({ timeStamp }) => { window.measured.touched = timeStamp }, { once: true, capture: true })
  })
  await link.tap()
  const visible = await roomVisible(page)
  return visible - (await page.evaluate(() => window.measured.touched))
}

/** The first touch brings a large room nearer; the next ones pick seats, and leave them again. */
async function touchSeats(page: Page, note: (name: string, value: number) => void): Promise<void> {
  const map = page.getByRole('group', { name: /screen/i })
  await map.scrollIntoViewIfNeeded()
  const box = await map.boundingBox()
  if (box === null) throw new Error('there is no map')
  note('room_nearer_ms', await touch(page, { x: box.x + box.width / 2, y: box.y + box.height / 2 }))
  for (let pick = 0; pick < PICKS; pick += 1) {
    const seat = await freeSeatInSight(page)
    note('pick_ms', await touch(page, seat))
  }
}

/** Until the next paint after it, as the browser's own event timing tells (in steps of 8 ms): the longest of its events. */
async function touch(page: Page, at: { x: number; y: number }): Promise<number> {
  const before = await page.evaluate(() => window.measured.touches.size)
  await page.touchscreen.tap(at.x, at.y)
  await page.waitForFunction((known) => window.measured.touches.size > known, before)
  // Nothing else may be under way when the next one comes.
  await page.waitForTimeout(500)
  return await page.evaluate(() => [...window.measured.touches.values()].at(-1) ?? NaN)
}

async function freeSeatInSight(page: Page): Promise<{ x: number; y: number }> {
  return await page.evaluate(() => {
    for (const seat of document.querySelectorAll('[role="checkbox"][aria-checked="false"]:not([aria-disabled])')) {
      const { left, top, width, height } = seat.getBoundingClientRect()
      const at = { x: left + width / 2, y: top + height / 2 }
      if (document.elementFromPoint(at.x, at.y) === seat) return at
    }
    throw new Error('no seat is in sight')
  })
}

/** Runs in the page, before any script of its own. */
function measure(seats: number): void {
  window.measured = { contentful: NaN, largest: NaN, touched: NaN, room: null, touches: new Map() }
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') window.measured.contentful = startTime
  }).observe({ type: 'paint', buffered: true })
  new PerformanceObserver((list) => {
    window.measured.largest = list.getEntries().at(-1)?.startTime ?? NaN
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  const events: EventObservation = { type: 'event', durationThreshold: 16, buffered: true }
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries() as Interaction[]) {
      if (interactionId === 0) continue
      window.measured.touches.set(interactionId, Math.max(duration, window.measured.touches.get(interactionId) ?? 0))
    }
  }).observe(events)
  const room = new MutationObserver(() => {
    if (document.querySelectorAll('svg [role="checkbox"]').length < seats) return
    room.disconnect()
    // What is told after the next frame was made comes after it.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        window.measured.room = performance.now()
      }
      port2.postMessage(null)
    })
  })
  room.observe(document, { childList: true, subtree: true })
}
