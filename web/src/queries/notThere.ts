/** What the API said is not there. */
import { isRefusal } from '@/api/problems'

import { isTimeToAsk } from './patience'

/** Asked for on the way to the page and once more by the page itself, it would be refused twice. */
const JUST_NOW_MS = 30_000

/** Whether it is worth asking again for whoever comes to look. */
export function mayBeThere(query: Parameters<typeof isTimeToAsk>[0]): boolean {
  const { error, errorUpdatedAt } = query.state
  return isTimeToAsk(query) && (!isRefusal(error, '/problems/not-found') || errorUpdatedAt < Date.now() - JUST_NOW_MS)
}
