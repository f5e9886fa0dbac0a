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
  const server = await chromium.launchServer({ executablePath: CHROMIUM, args: ['--force-prefers-reduced-motion=0'] })
  project.provide('browser', server.wsEndpoint())
  return async () => {
    await server.close()
  }
}
