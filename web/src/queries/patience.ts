/** What the API could not answer is asked for again: how often, and how soon. */
import { isRefusal, mayPass, NoAnswer, Refusal } from '@/api/problems'

const TRIES = 3
/** Nobody waits for longer without being told why: they hear what went wrong, and ask again themselves. */
const LONGEST_WAIT_MS = 10_000
/** What is asked again and again goes on being asked, if seldom. */
const LONGEST_PAUSE_MS = 60_000

/** Whether to ask again by itself, after so many failures. */
export function mayAskAgain(failures: number, error: unknown, tries = TRIES): boolean {
  if (!isSoonEnough(error)) return false
  // More of what was too much already: once, and only where it is said when.
  if (isRefusal(error, '/problems/too-many-requests')) return failures < 1 && waitOf(error) !== null
  return failures < tries && mayPass(error)
}

/** How long to wait before it, in milliseconds: each time longer, and not all pages at the same moment. */
export function pauseBefore(failures: number, error: unknown): number {
  const ours = Math.min(500 * 2 ** failures, 5_000) * (0.75 + Math.random() / 2)
  return noSoonerThanTold(ours, error, 1 + Math.random() / 4)
}

/** Whether the API wants to be left alone for no longer than somebody waits. */
export function isSoonEnough(error: unknown): boolean {
  return (waitOf(error) ?? 0) <= LONGEST_WAIT_MS
}

/** Our own pause, or the one that the API asks for if that is longer. */
export function noSoonerThanTold(ours: number, error: unknown, spread = 1): number {
  return Math.max(ours, Math.min((waitOf(error) ?? 0) * spread, LONGEST_PAUSE_MS))
}

function waitOf(error: unknown): number | null {
  return error instanceof Refusal || error instanceof NoAnswer ? error.waitMs : null
}
