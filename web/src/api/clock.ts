/** How far this device's clock is behind the server's, in milliseconds, as the last answer told it. */
let behind = 0

/** Learn the server's time from an answer. The header counts whole seconds: half of one is the best guess of the rest. */
export function readClock(response: Response, askedAt: number, answeredAt: number): void {
  const told = Date.parse(response.headers.get('date') ?? '')
  // An answer out of a cache tells the time at which it was made.
  if (Number.isNaN(told) || response.headers.has('age')) return
  const measured = told + 500 - (askedAt + answeredAt) / 2
  if (Math.abs(measured - behind) > 1000) behind = measured
}

/** Now, by the server's clock, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + behind
}
