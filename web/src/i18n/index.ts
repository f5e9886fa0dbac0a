import { createI18n, type LocaleMessages, type VueMessageType } from 'vue-i18n'

import { keepLanguage, type Language, LANGUAGES, preferredLanguage } from './languages'

const locales = import.meta.glob<{ default: LocaleMessages<VueMessageType>[string] }>('./locales/*/index.ts')

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  // Every language has every message (a test holds it), so English is never loaded for the others' sake.
  missingWarn: import.meta.env.DEV,
  fallbackWarn: import.meta.env.DEV,
  pluralRules: Object.fromEntries(
    Object.keys(LANGUAGES).map((language) => [language, pluralBy(new Intl.PluralRules(language))]),
  ),
})

/** Use the language from now on: messages, the document's `lang`, and the next visit. */
export async function useLanguage(language: Language): Promise<void> {
  const load = locales[`./locales/${language}/index.ts`]
  if (load === undefined) throw new Error(`There are no messages in ${language}`)
  const messages = await load()
  i18n.global.setLocaleMessage(language, messages.default)
  i18n.global.locale.value = language
  document.documentElement.lang = language
  keepLanguage(language)
}

export async function startLanguage(): Promise<void> {
  await useLanguage(preferredLanguage())
}

/** A message is written "one | other": all our languages count so, but for Spanish's "many", which reads as other. */
function pluralBy(rules: Intl.PluralRules): (count: number, choices: number) => number {
  return (count, choices) => (choices < 2 || rules.select(count) === 'one' ? 0 : choices - 1)
}
