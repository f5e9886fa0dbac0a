/** What is shown, frame by frame. */
import { type Page } from 'playwright-core'

import { until } from './until.ts'

/** Browsers excuse what moves within half a second of a press. */
export async function longerThanAPressExcuses(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const pressed = performance.now()
    while (performance.now() < pressed + 700) await new Promise(requestAnimationFrame)
  })
}

/** What was done last has been shown. */
export async function isShown(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame)
  })
}

/** Nothing is measured ahead any more: the page has been as long as it is for a second. */
export async function isAsLongAsItGets(page: Page): Promise<void> {
  let [before, times] = [-1, 0]
  const length = (): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight)
  await until('a page that grows no more', length, (now) => {
    times = now === before ? times + 1 : 0
    before = now
    return times === 4
  })
}

/** To the end, back to the beginning, and some places between, each at once, as scroll bars and flings take one there. */
export async function goAllOver(page: Page): Promise<void> {
  for (const part of [1, 0, 0.4, 0.9, 0.2, 1]) {
    await page.evaluate((at) => {
      scrollTo({ top: at * document.documentElement.scrollHeight, behavior: 'instant' })
    }, part)
    await isShown(page)
  }
}
