/**
 * How high the entries of long lists were when they were drawn, for as long as the page is open: on the way back to a list, what
 * stood in the window stands there again.
 */
export type Sizes = Map<string, number>

const known = new Map<string, Sizes>()

export function sizesOf(list: string): Sizes {
  const found = known.get(list) ?? new Map<string, number>()
  known.set(list, found)
  return found
}
