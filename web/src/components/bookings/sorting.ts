/** Which bookings are still to come, and in which order each kind is read. */

interface Listed {
  reference: string
  state: string
  showtime: { starts_at: string; ends_at: string }
}

/** To come: the soonest first, and what still has to be paid. The rest: the latest showtime first. */
export function comingAndPast<Each extends Listed>(bookings: readonly Each[], now: number): { coming: Each[]; past: Each[] } {
  const begins = ({ showtime }: Each): number => Date.parse(showtime.starts_at)
  const isComing = ({ state, showtime }: Each): boolean =>
    (state === 'confirmed' || state === 'pending' || state === 'rescuing') && Date.parse(showtime.ends_at) > now
  return {
    coming: bookings.filter(isComing).sort((some, other) => begins(some) - begins(other)),
    past: bookings.filter((booking) => !isComing(booking)).sort((some, other) => begins(other) - begins(some)),
  }
}

/** The same booking may be listed by the account and kept by the browser: the account's is newer. */
export function withoutTwice<Each extends Listed>(first: readonly Each[], second: readonly Each[]): Each[] {
  const known = new Set(first.map(({ reference }) => reference))
  return [...first, ...second.filter(({ reference }) => !known.has(reference))]
}
