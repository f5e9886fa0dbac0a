/** What was found and opened lately, on this device only. */
const KEPT = 'matinee.found'
const MOST = 5

export function recent(): string[] {
  const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]')
  return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : []
}

export function remember(id: string): void {
  localStorage.setItem(KEPT, JSON.stringify([id, ...recent().filter((other) => other !== id)].slice(0, MOST)))
}

export function forget(): void {
  localStorage.removeItem(KEPT)
}
