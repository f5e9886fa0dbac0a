import { ref } from 'vue'
import { createI18n, type LocaleMessages, type VueMessageType } from 'vue-i18n'

import { keepLanguage, type Language, LANGUAGES, preferredLanguage } from './languages'

interface Loaded {
  default: LocaleMessages<VueMessageType>[string]
}
/** What the first page says, and what only the others say: two loads, so that the first is small. */
const first = import.meta.glob<Loaded>('./locales/*/index.ts')
const rest = import.meta.glob<Loaded>('./locales/*/rest.ts')
let isRestWanted = false
/** Whether the messages of all pages are there, and not only those of the first. */
export const hasAllMessages = ref(false)

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
  await Promise.all([
    add(language, first[`./locales/${language}/index.ts`]),
    isRestWanted ? add(language, rest[`./locales/${language}/rest.ts`]) : null,
  ])
  i18n.global.locale.value = language
  document.documentElement.lang = language
  keepLanguage(language)
}

/** Have the messages of the pages after the first, in whatever language is used from now on. */
export async function loadAllMessages(): Promise<void> {
  isRestWanted = true
  const language = i18n.global.locale.value
  if (hasAllMessages.value) return
  await add(language, rest[`./locales/${language}/rest.ts`])
  hasAllMessages.value = true
}

export async function startLanguage(): Promise<void> {
  await useLanguage(preferredLanguage())
}

async function add(language: string, load: (() => Promise<Loaded>) | undefined): Promise<void> {
  if (load === undefined) throw new Error(`There are no messages in ${language}`)
  const messages = await load()
  i18n.global.mergeLocaleMessage(language, messages.default)
}

/** A message is written "one | other": all our languages count so, but for Spanish's "many", which reads as other. */
function pluralBy(rules: Intl.PluralRules): (count: number, choices: number) => number {
  return (count, choices) => (choices < 2 || rules.select(count) === 'one' ? 0 : choices - 1)
}
