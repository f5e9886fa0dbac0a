/** The server's time as a ref that moves on each second, for as long as somebody looks at it. */
import { onScopeDispose, readonly, ref, type Ref } from 'vue'

import { serverNow } from '@/api/clock'

const now = ref(serverNow())
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

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

function tick(): void {
  now.value = serverNow()
}
