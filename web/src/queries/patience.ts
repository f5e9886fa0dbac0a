/** What the API could not answer is asked for again: how often, how soon, and for how long. */
import type { Query, QueryFunction, QueryFunctionContext } from '@tanstack/vue-query'

import { isRefusal, mayPass, NoAnswer, Refusal } from '@/api/problems'

/** So often again. */
const TRIES = 3
/** Nothing is asked again later than this after it was asked for first: people hear what went wrong, and ask again themselves. */
const LONGEST_WAIT_MS = 10_000
/** What is asked again then, or after the device slept, has this long to be answered. */
const LAST_TRY_MS = 2_000
/** What is asked for so soon after an answer is asked for because of it. */
const FOLLOWS_MS = 500
/** What is asked again and again goes on being asked, if seldom. */
const LONGEST_PAUSE_MS = 60_000

/** Since when somebody waits: for what is asked, and by which failure. */
const askedAt = new WeakMap<Query, number>()
const failingSince = new WeakMap<Error, number>()
/** The last answer that took more than one try. */
let late = { askedAt: 0, answeredAt: -Infinity }

/** One try of a question: where one has failed before, nobody waits longer for the next than for all of them together. */
export async function patiently<Answer>(
  ask: QueryFunction<Answer>,
  context: QueryFunctionContext,
  query: Query,
): Promise<Answer> {
  const { fetchFailureCount: failures, fetchFailureReason: reason } = query.state
  const since = (failures > 0 ? askedAt.get(query) : undefined) ?? firstAsked()
  askedAt.set(query, since)
  try {
    const answer = await (reason === null ? ask(context) : inTime(ask(context), since, reason))
    if (failures > 0) late = { askedAt: since, answeredAt: Date.now() }
    return answer
  } catch (error) {
    // Several questions may fail by one error, as by that of a token all of them need: nobody waits longer than the first.
    if (error instanceof Error) failingSince.set(error, Math.min(since, failingSince.get(error) ?? since))
    throw error
  }
}

/** Whoever waited for an answer, and now for what it leads to, has waited since the first question. */
function firstAsked(): number {
  const now = Date.now()
  const passed = now - late.answeredAt
  return passed >= 0 && passed < FOLLOWS_MS ? late.askedAt : now
}

async function inTime<Answer>(asked: Answer | Promise<Answer>, since: number, reason: Error): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(reason)
    }, Math.max(since + LONGEST_WAIT_MS - Date.now(), 0) + LAST_TRY_MS)
  })
  return await Promise.race([asked, tooLate]).finally(() => {
    clearTimeout(timer)
  })
}

/** Do what may be done more than once until it is answered: a dropped connection is often back in a second. */
export async function insistently<Answer>(ask: () => Promise<Answer>, mayRepeat = mayPass): Promise<Answer> {
  const since = Date.now()
  for (let failures = 0; ; failures += 1) {
    try {
      return await ask()
    } catch (error) {
      if (error instanceof Error) failingSince.set(error, since)
      if (failures === TRIES || !mayRepeat(error) || !isSoonEnough(error)) throw error
      const pause = pauseBefore(failures, error)
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

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
  const pause = noSoonerThanTold(ours, error, 1 + Math.random() / 4)
  return Math.max(waitOf(error) ?? 0, Math.min(pause, patienceLeft(error)))
}

/** Whether the API wants to be left alone for no longer than somebody waits. */
function isSoonEnough(error: unknown): boolean {
  const left = patienceLeft(error)
  return left > 0 && (waitOf(error) ?? 0) <= left
}

/** Whether to ask for whoever comes to look: not what the API wants to be asked for much later. */
export function isTimeToAsk({ state }: { state: { error: Error | null; errorUpdatedAt: number } }): boolean {
  return isSoonEnough(state.error) || state.errorUpdatedAt + noSoonerThanTold(0, state.error) <= Date.now()
}

/** Our own pause, or the one that the API asks for if that is longer. */
export function noSoonerThanTold(ours: number, error: unknown, spread = 1): number {
  return Math.max(ours, Math.min((waitOf(error) ?? 0) * spread, LONGEST_PAUSE_MS))
}

function patienceLeft(error: unknown): number {
  const since = error instanceof Error ? failingSince.get(error) : undefined
  return LONGEST_WAIT_MS - (since === undefined ? 0 : Date.now() - since)
}

function waitOf(error: unknown): number | null {
  return error instanceof Refusal || error instanceof NoAnswer ? error.waitMs : null
}
