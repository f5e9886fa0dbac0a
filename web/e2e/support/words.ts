/** The page's own words, so that one journey can be walked in every language. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

import { type Language, LANGUAGES } from '../../src/i18n/languages.ts'

export { type Language, LANGUAGES }

/** How a message reads: the whole text, for any values that are not given, in each of its plural forms. */
export type Words = (key: string, values?: Record<string, string | number>) => RegExp

interface Messages {
  [name: string]: string | Messages
}

const LOCALES = fileURLToPath(new URL('../../src/i18n/locales/', import.meta.url))
const read = new Map<Language, Messages>()

export function wordsOf(language: Language): Words {
  return (key, values = {}) => new RegExp(`^\\s*(?:${patternOf(messageOf(language, key), values)})\\s*$`)
}

/** Of somebody whose page has changed its language. */
export function speaking(language: Language): { language: Language; words: Words } {
  return { language, words: wordsOf(language) }
}

/** A text that Intl made: any space matches any other. */
export function reading(text: string): RegExp {
  return new RegExp(escaped(text))
}

/** The same, as a part of a longer text. */
export function partOf(words: RegExp): RegExp {
  return new RegExp(words.source.replace(/^\^\\s\*|\\s\*\$$/g, ''))
}

function messageOf(language: Language, key: string): string {
  let found: string | Messages | undefined = messagesOf(language)
  for (const name of key.split('.')) found = typeof found === 'object' ? found[name] : undefined
  if (typeof found !== 'string') throw new Error(`There is no message ${key} in ${language}`)
  return found
}

function messagesOf(language: Language): Messages {
  const known = read.get(language)
  if (known !== undefined) return known
  const files = readdirSync(LOCALES + language).filter((name) => name.endsWith('.json'))
  const messages = Object.fromEntries(
    files.map((name) => [basename(name, '.json'), JSON.parse(readFileSync(`${LOCALES}${language}/${name}`, 'utf8')) as Messages]),
  )
  read.set(language, messages)
  return messages
}

function patternOf(message: string, values: Record<string, string | number>): string {
  return message
    .split(' | ')
    .map((form) =>
      form
        .split(/(\{[^}]*\})/)
        .map((part) => {
          const literal = /^\{'(.*)'\}$/.exec(part)?.[1]
          if (literal !== undefined) return escaped(literal)
          const name = /^\{(\w+)\}$/.exec(part)?.[1]
          if (name === undefined) return escaped(part)
          const value = values[name]
          return value === undefined ? '.+?' : escaped(String(value))
        })
        .join(''),
    )
    .join('|')
}

/** Any space matches any other: Intl writes narrow and unbreakable ones. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')
}
