/** axe-core over what is shown. */
import axe, { type AxeResults } from 'axe-core'
import { type Page } from 'playwright-core'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

declare global {
  interface Window {
    axe: typeof axe
  }
}

/** Each violation of WCAG 2.2 A and AA in a line, with where it is. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  // Colours on their way from one to another are none of the design's.
  await page.evaluate(async () => {
    await Promise.all(document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity).map(({ finished }) => finished))
  })
  const found = await page.evaluate(
    async (values): Promise<AxeResults['violations']> =>
      (await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] })).violations,
    TAGS,
  )
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any, all }) => `${id} (${help}) at ${target.join(' ')}: ${[...any, ...all].map(({ message }) => message).join('; ')}`),
  )
}
