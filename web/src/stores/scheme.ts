/** Light, dark, or as the device has it. */
import { ref } from 'vue'

export const SCHEMES = ['device', 'light', 'dark'] as const
export type Scheme = (typeof SCHEMES)[number]

const KEPT = 'matinee.scheme'
const scheme = ref<Scheme>('device')

export function startScheme(): void {
  const kept = localStorage.getItem(KEPT)
  show(kept === 'light' || kept === 'dark' ? kept : 'device')
}

export function useScheme(): { scheme: Readonly<typeof scheme>; choose: (next: Scheme) => void } {
  return {
    scheme,
    choose(next) {
      localStorage.setItem(KEPT, next)
      show(next)
    },
  }
}

function show(next: Scheme): void {
  scheme.value = next
  if (next === 'device') delete document.documentElement.dataset.scheme
  else document.documentElement.dataset.scheme = next
}
