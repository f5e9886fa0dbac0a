/**
 * Every screen in every state of support/screens.ts, by day and by night, on a desk and on a phone: WCAG 2.2 A and AA by
 * axe-core; in every language nothing wider than the screen and nothing cut off, with text of twice the size too (which may be
 * wider than a phone, but not than a desk); nothing that moves for those who asked for less motion. The guards see to it that nothing jumps.
 */
import { describe, expect, test } from 'vitest'

import { routes } from '../src/router/routes.ts'
import { violations } from './support/axe.ts'
import { DESKTOP, journey, PHONE } from './support/browser.ts'
import { cutOffs, motions, speak, widths, zoomText } from './support/fit.ts'
import { looksAt, SCREENS } from './support/screens.ts'
import { type Language, LANGUAGES } from './support/words.ts'

test('every route of the page stands in the table of screens', () => {
  const named = routes.flatMap(({ children }) => (children ?? []).map(({ name }) => String(name)))
  expect([...new Set(SCREENS.map(({ route }) => route))].sort()).toEqual(named.sort())
})

for (const [device, viewport] of Object.entries({ 'a desk': DESKTOP, 'a phone': PHONE })) {
  describe.concurrent(`on ${device}`, () => {
    for (const screen of SCREENS) {
      journey(`${screen.route}, ${screen.state}`, async ({ aPerson }) => {
        const { page, guards } = await looksAt(aPerson, screen, { viewport })
        const found: string[] = []
        const note = (when: string, lines: string[]): void => {
          found.push(...lines.map((line) => `${when}: ${line}`))
        }

        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          note(colorScheme, await violations(page, colorScheme === 'light' ? 'all' : 'colours'))
        }
        await page.emulateMedia({ reducedMotion: 'reduce' })
        note('reduced motion', await motions(page))

        guards.letMove()
        for (const language of Object.keys(LANGUAGES) as Language[]) {
          await speak(page, language)
          note(language, [...(await widths(page)), ...(await cutOffs(page))])
          await zoomText(page, 200)
          note(`${language}, twice the size`, [...(viewport === DESKTOP ? await widths(page) : []), ...(await cutOffs(page))])
          await zoomText(page, 100)
        }
        expect(found).toEqual([])
      })
    }
  })
}
