/** Light, dark, or as the device has it. */
import { ref } from 'vue'

import { keep, kept } from '@/lib/device'

export const SCHEMES = ['device', 'light', 'dark'] as const
export type Scheme = (typeof SCHEMES)[number]

const KEPT = 'matinee.scheme'
const scheme = ref<Scheme>('device')

export function startScheme(): void {
  const chosen = kept(KEPT)
  show(chosen === 'light' || chosen === 'dark' ? chosen : 'device')
}

export function useScheme(): { scheme: Readonly<typeof scheme>; choose: (next: Scheme) => void } {
  return {
    scheme,
    choose(next) {
      keep(KEPT, next)
      show(next)
    },
  }
}

function show(next: Scheme): void {
  scheme.value = next
  if (next === 'device') delete document.documentElement.dataset.scheme
  else document.documentElement.dataset.scheme = next
}
