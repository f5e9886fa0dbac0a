/** Whether it could be an e-mail address at all; whether mail arrives there, only mail can tell. */
export function looksLikeAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text.trim())
}

/** A path within the page to go on to, from an address that anybody may have written; null for anything else. */
export function pathWithin(to: unknown): string | null {
  if (typeof to !== 'string' || !to.startsWith('/')) return null
  const url = new URL(to, location.origin)
  return url.origin === location.origin ? url.pathname + url.search + url.hash : null
}
