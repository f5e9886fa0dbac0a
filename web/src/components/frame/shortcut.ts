/** The "/" key opens the search. Who speaks to their device, or types by accident, can switch it off (WCAG 2.1.4). */
import { ref } from 'vue'

import { forget, keep, kept } from '@/lib/device'

const KEPT = 'matinee.slash'

export const hasShortcut = ref(kept(KEPT) !== 'off')

export function setShortcut(on: boolean): void {
  hasShortcut.value = on
  if (on) forget(KEPT)
  else keep(KEPT, 'off')
}

/** Whether the key is meant for the page, and not for what is being written. */
export function opensSearch(event: KeyboardEvent): boolean {
  if (!hasShortcut.value || event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return false
  const target = event.target
  if (!(target instanceof HTMLElement)) return true
  return !target.isContentEditable && target.closest('input, textarea, select, [role="dialog"]') === null
}
