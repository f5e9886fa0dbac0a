/** One browser for the whole run; each person in it has a context of their own. */
import { rmSync } from 'node:fs'

import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'

import { CHROMIUM, resultsFolder, SITE } from './environment.ts'

declare module 'vitest' {
  interface ProvidedContext {
    browser: string
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  rmSync(resultsFolder(), { recursive: true, force: true })
  const answer = await fetch(`${SITE}/`)
  if (!answer.ok) throw new Error(`${SITE} answers ${String(answer.status)}: is make run running, and is BASE_URL right?`)
  const server = await chromium.launchServer({ executablePath: CHROMIUM, args: ['--force-prefers-reduced-motion=0'] })
  project.provide('browser', server.wsEndpoint())
  return async () => {
    await server.close()
  }
}
