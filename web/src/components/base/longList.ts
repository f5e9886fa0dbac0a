import { ref, shallowRef } from 'vue'

import type LongList from './LongList.vue'

/** Loaded once for all lists: on the way back to one it is there at once, and with it the place where one was. */
export const longList = shallowRef<typeof LongList | null>(null)
/** It did not come the last time: without a connection, or taken away by a newer deployment. */
export const isLongListMissing = ref(false)

export async function loadLongList(): Promise<void> {
  try {
    longList.value ??= (await import('./LongList.vue')).default
    isLongListMissing.value = false
  } catch {
    // Whatever kept it away, a list is drawn without it, and the next one asks for it again.
    isLongListMissing.value = true
  }
}
