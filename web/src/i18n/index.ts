import { ref } from 'vue'
import { createI18n } from 'vue-i18n'

import { keepLanguage, type Language, LANGUAGES, preferredLanguage } from './languages'
import { lettersOf } from './letters'

interface Loaded {
  /** Areas, each with its messages. */
  default: Record<string, object>
}
/** What the first page says, and what only the others say: two loads, so that the first is small. */
const first = import.meta.glob<Loaded>('./locales/*/index.ts')
const rest = import.meta.glob<Loaded>('./locales/*/rest.ts')
const loaded: Record<string, Loaded['default']> = {}
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

/** Asked for last: its messages may still be on their way. */
let asked: Language = 'en'
let all: Promise<void> | null = null

/** Use the language from now on: messages, the document's `lang`, and the next visit. */
export async function useLanguage(language: Language): Promise<void> {
  const before = asked
  asked = language
  try {
    await addWanted(language)
  } catch (error) {
    if (asked === language) asked = before
    // What else was asked for meanwhile came in the language that did not.
    await addWanted(asked)
    throw error
  }
  // The last choice holds, also where the messages of an earlier one come later.
  if (asked !== language) return
  i18n.global.locale.value = language
  document.documentElement.lang = language
  keepLanguage(language)
}

/** Have the messages of the pages after the first, in whatever language is used from now on. */
export async function loadAllMessages(): Promise<void> {
  isRestWanted = true
  all ??= add(asked, rest[`./locales/${asked}/rest.ts`])
  try {
    await all
    hasAllMessages.value = true
  } catch (error) {
    all = null
    throw error
  }
}

export async function startLanguage(): Promise<void> {
  await useLanguage(preferredLanguage())
}

async function addWanted(language: Language): Promise<void> {
  await Promise.all([
    add(language, first[`./locales/${language}/index.ts`]),
    isRestWanted ? add(language, rest[`./locales/${language}/rest.ts`]) : null,
    lettersOf(language),
  ])
}

async function add(language: string, load: (() => Promise<Loaded>) | undefined): Promise<void> {
  if (load === undefined) throw new Error(`There are no messages in ${language}`)
  const messages = await load()
  // By area, none of which is in both: merging would copy every message, which takes a slow phone a frame or two.
  loaded[language] = { ...loaded[language], ...messages.default }
  i18n.global.setLocaleMessage(language, loaded[language])
}

/** A message is written "one | other": all our languages count so, but for Spanish's "many", which reads as other. */
function pluralBy(rules: Intl.PluralRules): (count: number, choices: number) => number {
  return (count, choices) => (choices < 2 || rules.select(count) === 'one' ? 0 : choices - 1)
}
