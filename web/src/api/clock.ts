/** How far this device's clock is behind the server's, in milliseconds, as the last answer told it. */
let behind = 0

let isTold = false

/** No answer that the browser keeps is older: one that seems to be was made just now, and this device's clock was set. */
const OLDEST_KEPT_MS = 2 * 3_600_000

/** Learn the server's time from an answer. The header counts whole seconds: half of one is the best guess of the rest. */
export function readClock(response: Response, asked: { at: number; isRead: boolean }, answeredAt: number): void {
  const told = Date.parse(response.headers.get('date') ?? '')
  // An answer out of a cache tells the time at which it was made.
  if (Number.isNaN(told) || response.headers.has('age')) return
  const measured = told + 500 - (asked.at + answeredAt) / 2
  const moved = measured - behind
  // The browser's own cache does not say that it answers; what it tells is too early, never too late.
  const mayBeKept = isTold && asked.isRead && moved < 0 && moved > -OLDEST_KEPT_MS
  if (Math.abs(moved) > 1000 && !mayBeKept) behind = measured
  isTold = true
}

/** Whether the server has told its time since the page was loaded. Before that, this device's clock may be wrong by hours. */
export function isClockKnown(): boolean {
  return isTold
}

/** Now, by the server's clock, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + behind
}
