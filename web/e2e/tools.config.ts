import { defineConfig } from 'vitest/config'

import { RESULTS, SITE } from './support/environment.ts'
import { driving } from './vitest.config.ts'

const tools = driving(SITE, `${RESULTS}/tools`, ['**/*.tool.ts'])

/** What is measured or pictured in the same browser as the journeys, and is no test: `npm run figures`, `npm run screenshots`. */
export default defineConfig({ ...tools, test: { ...tools.test, maxWorkers: 1, testTimeout: 600_000, reporters: ['default'] } })
