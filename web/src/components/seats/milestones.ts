/** Seconds left at which a countdown is said aloud; between them it is silent. */
const MILESTONES = [300, 120, 60, 30] as const

/** The milestone passed between two looks at the countdown, the last one if several; null if none. */
export function milestone(before: number, now: number): number | null {
  return MILESTONES.findLast((each) => before > each && now <= each && now > 0) ?? null
}
