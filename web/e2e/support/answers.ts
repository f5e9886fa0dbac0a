/** What stands between the page and the API, to bring about what the API itself can't be brought to here and now. */
import { type Page, type Route } from 'playwright-core'

import { type Expected } from './guards.ts'
import { type World } from './world.ts'

export type Api = (page: Page, world: World) => Promise<void>

const ALL = /\/api\/v1\//
/** Who one is, is always answered by the API. */
const AUTH = /\/api\/v1\/auth\//

/** Nothing of the API answers. */
export const stalled: Api = (page) => before(page, ALL, () => undefined)

/** All of the API fails, but for who one is. */
export const failing: Api = (page) =>
  before(page, ALL, (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: '/problems/internal', title: 'Our mistake', status: 500, detail: 'It is logged.' }),
    }),
  )

/** How the API fails: by a fault of its own, by too much to do, by too much asked of it. */
export const FAILURES = [
  { type: 'internal', status: 500 },
  { type: 'unavailable', status: 503, after: '1' },
  { type: 'too-many-requests', status: 429, after: '1' },
] as const

export type Failure = (typeof FAILURES)[number]

/** One call of the API, which answers as it is told to: truly, until it is let fail. */
export class Outage {
  private failure: Failure | null = null
  private readonly method: string
  private readonly path: RegExp

  constructor(method: string, path: RegExp) {
    this.method = method
    this.path = path
  }

  /** What the browser writes into its console of it. */
  get expected(): Expected {
    return { outcome: /status of (500|503|429) /, path: this.path }
  }

  async begin(page: Page): Promise<void> {
    await page.route(
      ({ pathname }) => this.path.test(pathname),
      async (route) => {
        if (this.failure === null || route.request().method() !== this.method) return await route.fallback()
        const { type, status } = this.failure
        await route.fulfill({
          status,
          contentType: 'application/problem+json',
          headers: 'after' in this.failure ? { 'Retry-After': this.failure.after } : {},
          body: JSON.stringify({ type: `/problems/${type}`, title: type, status, detail: '' }),
        })
      },
    )
  }

  fail(failure: Failure): void {
    this.failure = failure
  }

  end(): void {
    this.failure = null
  }
}

/** When answers are told that wait for it: at once, but from `wait` on only when the test tells them. */
export class Delay {
  private told = Promise.resolve()
  private end = (): void => undefined

  wait(): void {
    this.told = new Promise((resolve) => {
      this.end = resolve
    })
  }

  tell(): void {
    this.end()
  }

  /** For the answer: until it may be told. */
  over(): Promise<void> {
    return this.told
  }
}

/** Refused for a reason, all that is asked by the method. */
export function refused(path: RegExp, method: string, problem: (world: World) => { type: string; status: number }): Api {
  return (page, world) =>
    before(page, path, (route) => {
      if (route.request().method() !== method) return route.fallback()
      const { type, status, ...facts } = problem(world)
      const body = { type: `/problems/${type}`, title: type, status, detail: '', ...facts }
      return route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify(body) })
    })
}

/** The true answer, but for what is changed in it. */
export function changed(path: RegExp, change: (body: Record<string, unknown>, world: World) => Record<string, unknown>): Api {
  return (page, world) =>
    before(page, path, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: change((await response.json()) as Record<string, unknown>, world) })
    })
}

export function answered(path: RegExp, body: (world: World) => unknown): Api {
  return (page, world) => before(page, path, (route) => route.fulfill({ json: body(world) }))
}

async function before(page: Page, path: RegExp, act: (route: Route) => unknown): Promise<void> {
  await page.route(
    ({ pathname }) => path.test(pathname) && !AUTH.test(pathname),
    async (route) => {
      try {
        await act(route)
      } catch (error) {
        // The test is over while an answer is on its way: nobody waits for it any more.
        if (!page.isClosed() && !(error instanceof Error && error.message.includes('disposed'))) throw error
      }
    },
  )
}
