import { fileURLToPath } from 'node:url'

import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

import { RESULTS, SHORT_TIMES_SITE, SITE } from './support/environment.ts'

const TIME = '**/time.e2e.ts'

/** What all that drives the browser has in common. */
export function driving(site: string, results: string, include: string[], exclude: string[] = []) {
  return {
    root: fileURLToPath(new URL('.', import.meta.url)),
    resolve: { alias: { '@': fileURLToPath(new URL('../src', import.meta.url)) } },
    test: {
      name: results.split('/').at(-1) ?? results,
      include,
      exclude,
      environment: 'node',
      env: { SITE: site, RESULTS: results },
      globalSetup: ['./support/globalSetup.ts'],
      testTimeout: 90_000,
      hookTimeout: 60_000,
      // What fails once, fails; in CI, whose machine may be busy, it is tried once more, and the report says so.
      retry: process.env.CI ? 1 : 0,
    },
  } satisfies TestProjectInlineConfiguration
}

const page = driving(SITE, `${RESULTS}/page`, ['**/*.e2e.ts'], [TIME])
const time = SHORT_TIMES_SITE && driving(SHORT_TIMES_SITE, `${RESULTS}/time`, [TIME])

/**
 * The journeys through the page, in a browser, against a Matinee that runs: BASE_URL. Those that wait for a time to run out go
 * against one whose times are short: SHORT_TIMES_URL. `make e2e` brings both up.
 */
export default defineConfig({
  test: {
    projects: time ? [page, { ...time, test: { ...time.test, testTimeout: 300_000 } }] : [page],
    // Journeys wait more than they work: two of them share two processors well, beside those that do little but wait.
    maxWorkers: time ? 3 : 2,
    reporters: ['verbose'],
  },
})
