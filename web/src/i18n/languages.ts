import * as device from '@/lib/device'

/** The languages of the page, each by its own name. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', es: 'Español', hi: 'हिन्दी' } as const
export type Language = keyof typeof LANGUAGES

const KEPT = 'matinee.language'

export function isLanguage(code: unknown): code is Language {
  return typeof code === 'string' && Object.hasOwn(LANGUAGES, code)
}

/** The language this person chose before, else the first of the browser's that we speak, else English. */
export function preferredLanguage(): Language {
  const kept = device.kept(KEPT)
  if (isLanguage(kept)) return kept
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'
}

export function keepLanguage(language: Language): void {
  device.keep(KEPT, language)
}
