/** What was found and opened lately, on this device only. */
import * as device from '@/lib/device'

const KEPT = 'matinee.found'
const MOST = 5

export function recent(): string[] {
  const kept = device.keptValue(KEPT)
  return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : []
}

export function remember(id: string): void {
  device.keep(KEPT, JSON.stringify([id, ...recent().filter((other) => other !== id)].slice(0, MOST)))
}

export function forget(): void {
  device.forget(KEPT)
}
