/** Which bookings are still to come, and in which order each kind is read. */

interface Listed {
  reference: string
  state: string
  showtime: { starts_at: string; ends_at: string }
}

export interface Groups<Each> {
  coming: readonly Each[]
  past: readonly Each[]
}

/** To come: the soonest first, and what still has to be paid. The rest: the latest showtime first. */
export function comingAndPast<Each extends Listed>(bookings: readonly Each[], now: number): Groups<Each> {
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

/** As they are listed already; others come after them, as they are sorted. */
function asListed<Each extends Pick<Listed, 'reference'>>(sorted: readonly Each[], listed: readonly string[]): Each[] {
  const places = new Map(listed.map((reference, place) => [reference, place]))
  const place = ({ reference }: Each): number => places.get(reference) ?? listed.length
  return [...sorted].sort((one, other) => place(one) - place(other))
}

/** As they are sorted, but for those that are looked at: they stay together, and what belongs between them comes right below. */
function keptTogether<Each extends Pick<Listed, 'reference'>>(sorted: readonly Each[], lookedAt: readonly string[]): Each[] {
  const kept = lookedAt.flatMap((reference) => sorted.find((each) => each.reference === reference) ?? [])
  const first = sorted.findIndex((each) => kept.includes(each))
  if (first === -1) return [...sorted]
  return [...sorted.slice(0, first), ...kept, ...sorted.slice(first).filter((each) => !kept.includes(each))]
}

/** The same ones stay in the order in which they are listed. */
export function anew<Each extends Listed>(bookings: readonly Each[], now: number, listed: readonly string[]): Groups<Each> {
  const { coming, past } = comingAndPast(bookings, now)
  if (bookings.some(({ reference }) => !listed.includes(reference))) return { coming, past }
  return { coming: asListed(coming, listed), past: asListed(past, listed) }
}

/**
 * More of them, arranged so that nothing has to move that is looked at. Where there are more to come, all other new ones
 * are put at the end: a browser follows what comes above in one list, not in two.
 */
export function withMore<Each extends Listed>(bookings: readonly Each[], now: number, listed: readonly string[], lookedAt: readonly string[]): Groups<Each> {
  const { coming, past } = comingAndPast(bookings, now)
  const isLookedAt = ({ reference }: Each): boolean => lookedAt.includes(reference)
  if (coming.every(({ reference }) => listed.includes(reference))) return { coming: asListed(coming, listed), past: keptTogether(past, lookedAt) }
  if (!past.some(isLookedAt)) return { coming: keptTogether(coming, lookedAt), past: asListed(past, listed) }
  return { coming: [...coming.filter((each) => !isLookedAt(each)), ...asListed(coming.filter(isLookedAt), listed)], past: asListed(past, listed) }
}
