import { onScopeDispose, readonly, ref, type Ref } from 'vue'

import { serverNow } from '@/api/clock'

const TICK_MS = 20_000

/** The server's time, often enough for what changes by the minute. */
export function useNow(): Readonly<Ref<number>> {
  const now = ref(serverNow())
  const timer = setInterval(() => {
    now.value = serverNow()
  }, TICK_MS)
  onScopeDispose(() => {
    clearInterval(timer)
  })
  return readonly(now)
}
