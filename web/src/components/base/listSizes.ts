/**
 * How high the entries of long lists were when they were drawn, for as long as the page is open and is used by the same person:
 * on the way back to a list, what stood in the window stands there again.
 */
import { accountId, isSignedIn, onSessionChange } from '@/api/credentials'

export type Sizes = Map<string, number>

const known = new Map<string, Sizes>()

export function sizesOf(list: string): Sizes {
  const found = known.get(list) ?? new Map<string, number>()
  known.set(list, found)
  return found
}

// They are kept by what they are the sizes of, such as a person's bookings: the next one must not find them.
let whose = user()
onSessionChange(() => {
  if (user() === whose) return
  whose = user()
  known.clear()
})

function user(): string {
  return isSignedIn() ? `account ${accountId() ?? ''}` : 'guest'
}

/** As layouts count: in 64ths of a pixel. An observer and a question are of one mind, then. */
export function heightOf(entry: Element, observed?: ResizeObserverEntry): number {
  const px = observed?.borderBoxSize[0]?.blockSize ?? entry.getBoundingClientRect().height
  return Math.round(px * 64) / 64
}
