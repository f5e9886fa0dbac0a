/**
 * Every screen in every state of support/screens.ts, by day on a desk and by night on a phone: WCAG 2.2 A and AA by
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

/** Each by day and by night: what is shown stays, and changes its colours. The first ones are those it is loaded in. */
const PLACES = [
  { place: 'on a desk', viewport: DESKTOP, colorSchemes: ['light', 'dark'] },
  { place: 'on a phone', viewport: PHONE, colorSchemes: ['dark', 'light'] },
] as const

for (const { place, viewport, colorSchemes } of PLACES) {
  describe.concurrent(place, () => {
    for (const screen of SCREENS) {
      journey(`${screen.route}, ${screen.state}`, async ({ aPerson }) => {
        const { page, guards } = await looksAt(aPerson, screen, { viewport, colorScheme: colorSchemes[0] })
        const found: string[] = []
        const note = (when: string, lines: string[]): void => {
          found.push(...lines.map((line) => `${when}: ${line}`))
        }

        for (const colorScheme of colorSchemes) {
          await page.emulateMedia({ colorScheme })
          note(`axe, ${colorScheme}`, await violations(page))
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
