import { shallowRef } from 'vue'

import type LongList from './LongList.vue'

/** Loaded once for all lists: on the way back to one it is there at once, and with it the place where one was. */
export const longList = shallowRef<typeof LongList | null>(null)

export async function loadLongList(): Promise<void> {
  longList.value ??= (await import('./LongList.vue')).default
}
