/**
 * The narrowest screen that WCAG asks for, 320 pixels, with text of twice the size, in every language: nothing is wider than
 * the screen, cut off, or sticks out of its card. And a phone on its side.
 */
import { type Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'

import { journey } from './support/browser.ts'
import { cutOffs, speak, widths, zoomText } from './support/fit.ts'
import { looksAt, SCREENS } from './support/screens.ts'
import { type Language, LANGUAGES } from './support/words.ts'

const NARROW = { width: 320, height: 640 }
const ON_ITS_SIDE = { width: 800, height: 360 }

/** Each screen where most is to be seen of it. */
const FULL: Record<string, readonly string[]> = {
  'whats-on': ['full'],
  movie: ['full'],
  cinemas: ['full'],
  cinema: ['full'],
  seats: ['as a list', 'with wishes for the best', 'with seats picked', 'held'],
  'check-out': ['of a guest'],
  bookings: ['full', 'empty'],
  booking: ['confirmed', 'to be paid', 'cancelled', 'about to be cancelled', 'with a large code'],
  'log-in': ['to be filled in'],
  register: ['to be filled in'],
  account: ['full'],
  'not-found': ['full'],
}
const screens = SCREENS.filter(({ route, state }) => FULL[route]?.includes(state))

/** What one would have to move a dialog sideways for, and codes that no window shows whole: no scanner reads those. */
async function inDialogs(page: Page): Promise<string[]> {
  return await page.getByRole('dialog').evaluateAll((dialogs) =>
    dialogs.flatMap((dialog) => {
      const wide = dialog.scrollWidth > dialog.clientWidth ? [`${String(dialog.scrollWidth)} px wide in a dialog of ${String(dialog.clientWidth)}`] : []
      const codes = [...dialog.querySelectorAll('svg[role="img"]')].map((code) => code.getBoundingClientRect())
      const cut = codes.filter(({ left, right, height }) => left < 0 || right > document.body.clientWidth || height > innerHeight)
      return [...wide, ...cut.map(({ left, right, height }) => `a code from ${String(left)} to ${String(right)} px, ${String(height)} px high`)]
    }),
  )
}

test('every state that is looked at is in the table of screens', () => {
  expect(screens).toHaveLength(Object.values(FULL).flat().length)
})

describe.concurrent('on 320 pixels, with text of twice the size', () => {
  for (const screen of screens) {
    journey(`${screen.route}, ${screen.state}`, async ({ aPerson }) => {
      const { page, guards } = await looksAt(aPerson, screen, { viewport: NARROW })
      guards.letMove()
      const found: string[] = []
      const look = async (when: string): Promise<void> => {
        const lines = [...(await widths(page)), ...(await cutOffs(page, { inCards: true })), ...(await inDialogs(page))]
        found.push(...lines.map((line) => `${when}: ${line}`))
      }
      for (const language of Object.keys(LANGUAGES) as Language[]) {
        await speak(page, language)
        await look(language)
        await zoomText(page, 200)
        await look(`${language}, twice the size`)
        await zoomText(page, 100)
      }
      await page.setViewportSize(ON_ITS_SIDE)
      await look('on its side')
      expect(found).toEqual([])
    })
  }
})
