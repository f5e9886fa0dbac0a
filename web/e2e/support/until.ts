/** Waiting for what is not in the page. (Vitest's own poll belongs to one test, and several run at once.) */

const PAUSE_MS = 250

/** Asks until the answer fits; throws what was answered last. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer>,
  fits: (answer: Answer) => boolean,
  { timeoutMs = 20_000 } = {},
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (fits(answer)) return answer
    if (Date.now() > deadline) throw new Error(`${what}: after ${String(timeoutMs / 1000)} s still ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
