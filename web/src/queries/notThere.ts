/** What the API said is not there. */
import { isRefusal } from '@/api/problems'

/** Asked for on the way to the page and once more by the page itself, it would be refused twice. */
const JUST_NOW_MS = 30_000

/** Whether it is worth asking again for whoever comes to look. */
export function mayBeThere({ state }: { state: { error: Error | null; errorUpdatedAt: number } }): boolean {
  return !isRefusal(state.error, '/problems/not-found') || state.errorUpdatedAt < Date.now() - JUST_NOW_MS
}
