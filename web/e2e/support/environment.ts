/** What the run is told from outside. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where Matinee answers, without a slash at its end. Vitest takes BASE_URL for itself: its workers are told by SITE. */
export const SITE = withoutSlash(process.env['SITE'] ?? process.env['BASE_URL'] ?? 'http://127.0.0.1:8000')
/** One whose holds and payments last for seconds; null if there is none. */
export const SHORT_TIMES_SITE = process.env['SHORT_TIMES_URL'] ? withoutSlash(process.env['SHORT_TIMES_URL']) : null
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** What a failure leaves to look at. Two runs at once need a folder each: RESULTS. */
export const RESULTS = withoutSlash(process.env['RESULTS'] ?? fileURLToPath(new URL('../.results/', import.meta.url)))

/** A file of this run's results; its folder is made. */
export function resultFile(...names: string[]): string {
  const path = [RESULTS, ...names].join('/')
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true })
  return path
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, '')
}
