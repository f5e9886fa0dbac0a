/** The server's time, as refs that move on for as long as somebody looks at them. */
import { onScopeDispose, readonly, ref, type Ref } from 'vue'

import { serverNow } from '@/api/clock'

const COARSE_MS = 20_000

const now = ref(serverNow())
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** Each second, for countdowns: one clock for all who look. */
export function useNow(): Readonly<Ref<number>> {
  now.value = serverNow()
  if (watchers === 0) {
    timer = setInterval(tick, 500)
    // A tab that slept shows at once how late it is.
    document.addEventListener('visibilitychange', tick)
  }
  watchers += 1
  onScopeDispose(() => {
    watchers -= 1
    if (watchers > 0) return
    clearInterval(timer)
    document.removeEventListener('visibilitychange', tick)
  })
  return readonly(now)
}

/** Often enough for what changes by the minute. */
export function useCoarseNow(): Readonly<Ref<number>> {
  const coarse = ref(serverNow())
  const ticks = setInterval(() => {
    coarse.value = serverNow()
  }, COARSE_MS)
  onScopeDispose(() => {
    clearInterval(ticks)
  })
  return readonly(coarse)
}

function tick(): void {
  now.value = serverNow()
}
