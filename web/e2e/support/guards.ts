/**
 * What no visit may show, whatever it is about: an error in the console, an uncaught exception, a breach of the content
 * security policy, a request off our origin, a page that jumps.
 */
import type { BrowserContext, Page } from 'playwright-core'

import { SITE } from './environment.ts'

export const MOST_LAYOUT_SHIFT = 0.01

/** An answer, or the want of one, that the browser writes into its console and that the test brings about. */
export interface Expected {
  /** The status that is answered, or how no answer came, as in "ERR_INTERNET_DISCONNECTED". */
  outcome: number | RegExp
  path: RegExp
}

export interface Guards {
  /** Name what this test brings about; anything else fails it. */
  expect: (...expected: Expected[]) => void
  /** From now on it is the test that moves things: in another size, or another language. */
  letMove: () => void
  /** What was found so far, each in a line. */
  complaints: () => string[]
  /** Add a line to the trace. */
  tell: (line: string) => void
  /** All that happened, for whoever looks at a failure. */
  trace: () => string[]
}

interface Shift {
  document: string
  at: number
  /** The same in milliseconds since 1970. */
  epoch: number
  value: number
  sources: string[]
}

/** What the script in the page tells; DOM's types know no layout shifts. */
interface LayoutShift extends PerformanceEntry {
  value: number
  hadRecentInput: boolean
  sources?: { node?: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[]
}

export async function guard(context: BrowserContext, who: string): Promise<Guards> {
  const started = Date.now()
  const lines: string[] = []
  const errors: { line: string; text: string; url: string }[] = []
  const found: string[] = []
  const shifts: Shift[] = []
  const allowed: Expected[] = []
  let mayMove = false
  const tell = (line: string): void => {
    lines.push(`${((Date.now() - started) / 1000).toFixed(2).padStart(7)}  ${who}: ${line}`)
  }

  context.on('console', (message) => {
    const { url } = message.location()
    const line = `console ${message.type()}: ${message.text()} (${url})`
    tell(line)
    if (message.type() === 'error') errors.push({ line, text: message.text(), url })
  })
  context.on('weberror', (error) => {
    const thrown = error.error()
    const line = `uncaught: ${thrown.stack ?? thrown.message}`
    tell(line)
    found.push(line)
  })
  context.on('request', (request) => {
    const url = request.url()
    if (isOurs(url)) return
    const line = `request off our origin: ${url}`
    tell(line)
    found.push(line)
  })
  context.on('response', (response) => {
    const { pathname, search } = new URL(response.url())
    if (!pathname.startsWith('/assets/')) tell(`${String(response.status())} ${response.request().method()} ${pathname}${search}`)
  })
  context.on('requestfailed', (request) => {
    tell(`failed ${request.method()} ${request.url()}: ${request.failure()?.errorText ?? ''}`)
  })
  await context.exposeBinding('matineeGuardTells', (_source, kind: 'csp' | 'shift', text: string) => {
    if (kind === 'shift') {
      const shift = JSON.parse(text) as Shift
      tell(`shift ${shift.value.toFixed(4)} at ${shift.document}, ${((shift.epoch - started) / 1000).toFixed(2)}: ${shift.sources.join(', ')}`)
      if (!mayMove) shifts.push(shift)
    } else {
      tell(text)
      found.push(text)
    }
  })
  await context.addInitScript(watchDocument)

  return {
    expect: (...expected) => allowed.push(...expected),
    letMove: () => {
      mayMove = true
    },
    tell,
    trace: () => lines,
    complaints: () => [
      ...errors.filter(({ text, url }) => !allowed.some((each) => isOf(each, text, url))).map(({ line }) => line),
      ...found,
      ...jumps(shifts),
    ],
  }
}

/** Tells when a tab is somewhere else. */
export function traceMoves(page: Page, tell: (url: string) => void): void {
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) tell(frame.url())
  })
}

function isOurs(url: string): boolean {
  return url.startsWith(`${SITE}/`) || url === SITE || /^(data|blob|about):/.test(url)
}

function isOf({ outcome, path }: Expected, text: string, url: string): boolean {
  if (!text.startsWith('Failed to load resource')) return false
  if (!path.test(new URL(url).pathname)) return false
  return typeof outcome === 'number' ? text.includes(`status of ${String(outcome)} `) : outcome.test(text)
}

/** Cumulative layout shift as browsers report it: the worst window of shifts under 1 s apart, 5 s long at most. */
function jumps(shifts: Shift[]): string[] {
  const complaints: string[] = []
  for (const document of new Set(shifts.map((each) => each.document))) {
    let sum = 0
    let worst = 0
    let from = -Infinity
    let before = -Infinity
    const moved = new Set<string>()
    for (const { at, value, sources } of shifts.filter((each) => each.document === document).sort((a, b) => a.at - b.at)) {
      if (at - before > 1000 || at - from > 5000) {
        sum = 0
        from = at
      }
      sum += value
      before = at
      worst = Math.max(worst, sum)
      for (const source of sources) moved.add(source)
    }
    if (worst > MOST_LAYOUT_SHIFT) complaints.push(`layout shift ${worst.toFixed(4)} at ${document}: ${[...moved].join(', ')}`)
  }
  return complaints
}

/** Runs in the page, before any script of its own. */
function watchDocument(): void {
  const tell = (window as unknown as { matineeGuardTells: (kind: 'csp' | 'shift', text: string) => Promise<void> }).matineeGuardTells
  document.addEventListener('securitypolicyviolation', (event) => {
    void tell('csp', `content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`)
  })
  const describe = (node: Node | null | undefined): string =>
    node instanceof Element
      ? `${node.tagName.toLowerCase()} "${(node.textContent ?? '').trim().slice(0, 40)}"`
      : `text "${(node?.textContent ?? '').trim().slice(0, 40)}"`
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as LayoutShift[]) {
      if (entry.hadRecentInput) continue
      const shift = {
        document: `${location.pathname} #${String(Math.round(performance.timeOrigin) % 1_000_000)}`,
        at: entry.startTime,
        epoch: performance.timeOrigin + entry.startTime,
        value: entry.value,
        sources: (entry.sources ?? []).map(
          ({ node, previousRect, currentRect }) =>
            `${describe(node)} (${String(previousRect.y)} → ${String(currentRect.y)}, of ${String(innerHeight)})`,
        ),
      }
      void tell('shift', JSON.stringify(shift))
    }
  }).observe({ type: 'layout-shift', buffered: true })
}
