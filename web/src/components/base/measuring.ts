/** How high the entries of a long list are, and which of them nobody knows yet. */
import type { Sizes } from './listSizes'

export interface Measuring {
  /** As it was measured last; undefined if it never was. */
  of: (key: string) => number | undefined
  note: (key: string, px: number) => void
  /** The places of the first ones to be measured, and no more than so many. */
  missing: (keys: readonly string[], most: number) => number[]
}

/** What was measured earlier is taken for true until one of them is found to be of another height. */
export function measuring(sizes: Sizes): Measuring {
  const sure = new Set(sizes.keys())
  return {
    of: (key) => sizes.get(key),
    note: (key, px) => {
      // What changed this one (a width, a language, the size of text) may have changed all the others.
      if (sure.has(key) && Math.abs((sizes.get(key) ?? px) - px) >= 1) sure.clear()
      sizes.set(key, px)
      sure.add(key)
    },
    missing: (keys, most) => {
      const places: number[] = []
      for (const [place, key] of keys.entries()) {
        if (places.length === most) break
        if (!sure.has(key)) places.push(place)
      }
      return places
    },
  }
}
