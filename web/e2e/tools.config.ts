import { defineConfig } from 'vitest/config'

import journeys from './vitest.config.ts'

/** What is measured or pictured in the same browser as the journeys, and is no test: `npm run figures`, `npm run screenshots`. */
export default defineConfig({
  ...journeys,
  test: { ...journeys.test, include: ['**/*.tool.ts'], maxWorkers: 1, testTimeout: 600_000, reporters: ['default'] },
})
