/** One browser for all the tests against one Matinee; each person in it has a context of their own. */
import { rmSync } from 'node:fs'

import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'

import { CHROMIUM, RESULTS, SITE } from './environment.ts'

declare module 'vitest' {
  interface ProvidedContext {
    browser: string
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { SITE: site = SITE, RESULTS: results = RESULTS } = project.config.env as Partial<Record<string, string>>
  rmSync(results, { recursive: true, force: true })
  const answer = await fetch(`${site}/`)
  if (!answer.ok) throw new Error(`${site} answers ${String(answer.status)}: is make run running, and is BASE_URL right?`)
  await warmUp(site)
  const server = await chromium.launchServer({ executablePath: CHROMIUM, args: ['--force-prefers-reduced-motion=0'] })
  project.provide('browser', server.wsEndpoint())
  return async () => {
    await server.close()
  }
}

/** As many requests as may come at once: each waits for a process of its own to start, and on a busy machine that takes long. */
const AT_ONCE = 10
const WARM_WITHIN_MS = 120_000

/** Starting processes is none of what is tried here: the tests begin when those they need are there. */
async function warmUp(site: string): Promise<void> {
  const deadline = Date.now() + WARM_WITHIN_MS
  for (;;) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => fetch(`${site}/api/v1/cinemas`, { cache: 'no-store' })))
    const failed = answers.find(({ ok }) => !ok)
    if (failed === undefined) return
    if (Date.now() > deadline) throw new Error(`${site} answers ${String(failed.status)} still`)
  }
}
