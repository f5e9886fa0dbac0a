import { useRoute, useRouter } from 'vue-router'

/**
 * A secret that came in the page's address, taken out of it: it must not stay in the history, in a bookmark or in what
 * is sent on as the page before. Null if there is none.
 */
export function useOnceFromAddress(name: string): string | null {
  const route = useRoute()
  const router = useRouter()
  const given = route.query[name]
  if (given === undefined) return null
  // By the router: it keeps addresses in the history's state as well.
  void router.replace({ ...route, query: { ...route.query, [name]: undefined } })
  return typeof given === 'string' ? given : null
}
