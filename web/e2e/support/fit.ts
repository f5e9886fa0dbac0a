/** Whether all that is written can be read: nothing wider than the screen, nothing cut off. */
import { type Page } from 'playwright-core'

import { type Language } from './words.ts'

/** How much wider than the screen it is, in a line. */
export async function widths(page: Page): Promise<string[]> {
  const { wide, shown } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    // Without the place that is kept for a scroll bar.
    shown: document.body.clientWidth,
  }))
  return wide > shown ? [`${String(wide)} px wide on a screen of ${String(shown)}`] : []
}

/** What can't be read to its end, each in a line; where nothing may leave its card, what does. */
export async function cutOffs(page: Page, { inCards = false } = {}): Promise<string[]> {
  return await page.evaluate((mayNotLeave) => {
    const found: string[] = []
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    while (texts.nextNode()) {
      const text = texts.currentNode
      const parent = text.parentElement
      if (parent === null || text.nodeValue?.trim() === '' || !isSeen(parent)) continue
      range.selectNodeContents(text)
      const cut = cutter(parent, range.getBoundingClientRect())
      if (cut !== null) found.push(`"${(text.nodeValue ?? '').trim().slice(0, 40)}" is cut off by <${cut.tagName.toLowerCase()} class="${cut.className}">`)
    }
    if (mayNotLeave) {
      for (const control of document.querySelectorAll('main :is(a, button, input, select, textarea)')) {
        const card = control.parentElement && isSeen(control) ? cutter(control.parentElement, control.getBoundingClientRect()) : null
        if (card !== null) found.push(`<${control.tagName.toLowerCase()}> "${(control.textContent || control.ariaLabel || '').trim().slice(0, 40)}" leaves <${card.tagName.toLowerCase()} class="${card.className}">`)
      }
    }
    return found

    function isSeen(element: Element): boolean {
      return element.checkVisibility({ visibilityProperty: true }) && !onlyHeard(element)
    }
    /** For screen readers, or of a select, which shows what is chosen by itself. */
    function onlyHeard(element: Element): boolean {
      for (let each: Element | null = element; each !== null; each = each.parentElement) {
        if (each.tagName === 'OPTION' || getComputedStyle(each).clipPath === 'inset(50%)') return true
      }
      return false
    }
    function cutter(element: Element, box: DOMRect): Element | null {
      // A font's box is taller than its letters, and than a line that is set tight.
      const slack = Math.max(2, 0.2 * parseFloat(getComputedStyle(element).fontSize))
      for (let each: Element | null = element; each !== null && each !== document.body; each = each.parentElement) {
        const { overflowX, overflowY, position } = getComputedStyle(each)
        const clip = each.getBoundingClientRect()
        // What can be scrolled can be read.
        if (/auto|scroll/.test(overflowX) || /auto|scroll/.test(overflowY)) return null
        const clipsX = /hidden|clip/.test(overflowX) && (box.left < clip.left - 2 || box.right > clip.right + 2)
        const clipsY = /hidden|clip/.test(overflowY) && (box.top < clip.top - slack || box.bottom > clip.bottom + slack)
        if (clipsX || clipsY) return each
        if (mayNotLeave && isCard(each) && (box.left < clip.left - 1 || box.right > clip.right + 1)) return each
        if (position === 'fixed') return null
      }
      return null
    }
    function isCard(element: Element): boolean {
      const { borderLeftWidth, backgroundColor, display } = getComputedStyle(element)
      return display !== 'inline' && (borderLeftWidth !== '0px' || backgroundColor !== 'rgba(0, 0, 0, 0)')
    }
  }, inCards)
}

/** Text of twice the size, as readers set it in their browser. */
export async function zoomText(page: Page, percent: number): Promise<void> {
  await page.evaluate((size) => {
    document.documentElement.style.fontSize = `${String(size)}%`
  }, percent)
}

/** What still moves for those who asked for less motion. */
export async function motions(page: Page): Promise<string[]> {
  return await page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ playState, effect }) => playState === 'running' && Number(effect?.getComputedTiming().duration) > 10)
      .map(({ effect }) => `${effect instanceof KeyframeEffect ? (effect.target?.outerHTML.slice(0, 120) ?? '') : ''} moves`),
  )
}

/** The page speaks another language from now on, whatever lies over its footer. */
export async function speak(page: Page, language: Language): Promise<void> {
  await page.evaluate((chosen) => {
    // An account has a language too: the footer's choice is the last.
    const select = [...document.querySelectorAll('select')].reverse().find(({ options }) => [...options].some(({ value }) => value === chosen))
    if (select === undefined) throw new Error('no language can be chosen')
    select.value = chosen
    select.dispatchEvent(new Event('change', { bubbles: true }))
  }, language)
  await page.waitForFunction((chosen) => document.documentElement.lang === chosen, language)
}
