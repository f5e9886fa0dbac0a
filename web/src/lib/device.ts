/**
 * What this device keeps for the page, by name.
 *
 * A browser may refuse it (blocked, full). Then this tab keeps it for as long as it is open: nothing that was held or
 * booked is lost from sight because it could not be written down.
 */
const unwritten = new Map<string, string>()

export function kept(name: string): string | null {
  return unwritten.get(name) ?? tried((storage) => storage.getItem(name)) ?? null
}

/** What was kept as JSON; null of what is none, as people and older pages may leave it. */
export function keptValue(name: string): unknown {
  return valueOf(kept(name))
}

export function valueOf(text: string | null): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

export function keep(name: string, text: string): void {
  const isWritten = tried((storage) => {
    storage.setItem(name, text)
    return true
  })
  if (isWritten === true) unwritten.delete(name)
  else unwritten.set(name, text)
}

export function forget(name: string): void {
  unwritten.delete(name)
  tried((storage) => {
    storage.removeItem(name)
  })
}

export function namesKept(prefix: string): string[] {
  const written = tried((storage) => Object.keys(storage)) ?? []
  return [...new Set([...written, ...unwritten.keys()])].filter((name) => name.startsWith(prefix))
}

/** One tab at a time. A browser that keeps nothing may know no locks either: then the others share nothing with this one. */
export async function oneAtATime<Answer>(name: string, act: () => Promise<Answer>): Promise<Answer> {
  let begun = false
  try {
    return await navigator.locks.request(name, async () => {
      begun = true
      return await act()
    })
  } catch (error) {
    if (begun || !(error instanceof DOMException)) throw error
    return await act()
  }
}

function tried<Answer>(act: (storage: Storage) => Answer): Answer | undefined {
  try {
    // eslint-disable-next-line no-restricted-globals -- the only place where it may be
    return act(localStorage)
  } catch (error) {
    if (error instanceof DOMException) return undefined
    throw error
  }
}
