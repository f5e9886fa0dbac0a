import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

import { SITE } from './support/environment.ts'

/** The journeys through the page, in a browser, against a Matinee that runs: BASE_URL. `make e2e` brings one up. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { alias: { '@': fileURLToPath(new URL('../src', import.meta.url)) } },
  test: {
    include: ['**/*.e2e.ts'],
    environment: 'node',
    env: { SITE },
    globalSetup: ['./support/globalSetup.ts'],
    // Journeys wait more than they work: two of them share two processors well.
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 60_000,
    // What fails once, fails; in CI, whose machine may be busy, it is tried once more, and the report says so.
    retry: process.env.CI ? 1 : 0,
    reporters: ['verbose'],
  },
})
