/** The service worker: registered by the page itself; a new version takes over when the person says so. */
import { ref } from 'vue'

/** A newer version of the page is here and waits. */
export const newVersionWaits = ref(false)
let waiting: ServiceWorker | null = null
let asked = false

const HOUR_MS = 3_600_000

/** Register it once the page has come to rest: it must not compete with what is looked at. */
export function startWorker(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  const start = (): void => {
    const whenIdle = window.requestIdleCallback ?? ((then: () => void) => window.setTimeout(then, 1000))
    whenIdle(() => void register())
  }
  if (document.readyState === 'complete') start()
  else addEventListener('load', start, { once: true })
}

/** Let the waiting version take over. Only this tab is loaded anew: another may be in the middle of something. */
export function useNewVersion(): void {
  asked = true
  waiting?.postMessage({ type: 'SKIP_WAITING' })
}

async function register(): Promise<void> {
  const registration = await navigator.serviceWorker.register('/sw.js').catch(() => null)
  // Some browsers have none in a private window. The page works all the same, but for being offline.
  if (registration === null) return
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (asked) location.reload()
  })
  const tell = (worker: ServiceWorker | null): void => {
    // The first one ever replaces nothing: there is nothing to tell.
    if (worker === null || navigator.serviceWorker.controller === null) return
    waiting = worker
    newVersionWaits.value = true
  }
  tell(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed') tell(coming)
    })
  })
  setInterval(() => {
    if (navigator.onLine) void registration.update().catch(() => undefined)
  }, HOUR_MS)
}
