import type { RouteLocationNormalizedLoaded } from 'vue-router'

/**
 * A secret that came in the page's address, taken out of it: it must not stay in the history, in a bookmark or in what
 * is sent on as the page before.
 */
export function onceFromAddress(route: RouteLocationNormalizedLoaded, name: string): string {
  const given = route.query[name]
  const url = new URL(location.href)
  url.searchParams.delete(name)
  history.replaceState(history.state, '', url)
  return typeof given === 'string' ? given : ''
}
