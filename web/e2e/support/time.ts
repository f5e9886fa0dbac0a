/** The time, as the answers tell it. Nobody waits fifteen minutes for an access token to run out. */
import { type Route } from 'playwright-core'

import { type Person } from './browser.ts'

/**
 * From the next answer of the API on, the `Date` it bears is so many seconds ahead, until what is given back is called.
 * The page owns no clock but that one; the server's own, and all that it decides by, stays as it is.
 */
export async function tellTimeAhead(person: Person, seconds: number): Promise<() => Promise<void>> {
  const tell = async (route: Route): Promise<void> => {
    const response = await route.fetch()
    const told = Date.parse(response.headers()['date'] ?? '')
    const date = new Date((Number.isNaN(told) ? Date.now() : told) + seconds * 1000).toUTCString()
    await route.fulfill({ response, headers: { ...response.headers(), date } })
  }
  await person.context.route('**/api/**', tell)
  return async () => {
    await person.context.unroute('**/api/**', tell)
  }
}
