/** What of a list is in sight, and where, so that it can be kept there when more comes into the list. */
import { nextTick } from 'vue'

export interface Seen {
  key: string
  /** Of the window, as `topOf`. */
  topPx: number
}

/** A list that can be asked. */
export interface Sight {
  inSight: () => Seen[]
  /** Where the entry begins, drawn or not; null if the list has none of that key. */
  topOf: (key: string) => number | null
}

export function inWindow(entries: readonly (readonly [key: string, entry: Element])[]): Seen[] {
  return entries.flatMap(([key, entry]) => {
    const { top, bottom } = entry.getBoundingClientRect()
    return bottom > 0 && top < window.innerHeight ? [{ key, topPx: top }] : []
  })
}

/**
 * What is in sight stays where it is, whatever the change brings above it: the window goes along before any of it is shown.
 * The change is told what is in sight (what comes between would move it); then it is told how far the window is to go, and
 * makes the page long enough for it.
 */
export async function keepInSight(
  lists: readonly Sight[],
  change: (inSight: readonly string[]) => void,
  makeRoom: (byPx: number) => void,
): Promise<void> {
  const topOf = (key: string): number | undefined => lists.map((list) => list.topOf(key)).find((top) => top !== null) ?? undefined
  const seen = lists.flatMap((list) => list.inSight()).sort((one, other) => one.topPx - other.topPx)
  change(seen.map(({ key }) => key))
  await nextTick()
  const first = seen.find(({ key }) => topOf(key) !== undefined)
  const byPx = first === undefined ? 0 : (topOf(first.key) ?? first.topPx) - first.topPx
  makeRoom(byPx)
  await nextTick()
  // Some browsers have gone along by themselves, but for a part of a pixel.
  if (Math.abs(byPx) >= 1) window.scrollBy({ top: byPx, behavior: 'instant' })
}
