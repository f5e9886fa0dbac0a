import { describe, expect, it } from 'vitest'

import schema from '../api/schema.d.ts?raw'
import { LANGUAGES } from './languages'

type Messages = Record<string, string>
interface Tree {
  [key: string]: string | Tree
}

const files = import.meta.glob<Tree>('./locales/*/*.json', { query: '?raw', import: 'default', eager: true })
const sources = import.meta.glob<string>(['../**/*.{ts,vue}', '!../**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

function flat(tree: Tree, prefix = ''): Messages {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value]] : Object.entries(flat(value, `${prefix}${key}.`)),
    ),
  )
}

/** All messages of a language, by their whole key ("account.logIn"). */
function messagesOf(language: string): Messages {
  return Object.fromEntries(
    Object.entries(files)
      .filter(([path]) => path.startsWith(`./locales/${language}/`))
      .flatMap(([path, raw]) => {
        const area = path.slice(path.lastIndexOf('/') + 1, -'.json'.length)
        return Object.entries(flat(JSON.parse(String(raw)) as Tree, `${area}.`))
      }),
  )
}

const english = messagesOf('en')
const others = Object.keys(LANGUAGES).filter((language) => language !== 'en')
const slots = (message: string): string[] => [...new Set(message.match(/\{\w+\}/g))].sort()
const choices = (message: string): number => message.split(' | ').length

describe('every language', () => {
  it.each(others)('has every message, and no other: %s', (language) => {
    expect(Object.keys(messagesOf(language)).sort()).toEqual(Object.keys(english).sort())
  })

  it.each(others)('fills the same slots and counts alike: %s', (language) => {
    const messages = messagesOf(language)
    const differing = Object.keys(english).filter((key) => {
      const [theirs, ours] = [messages[key] ?? '', english[key] ?? '']
      return String(slots(theirs)) !== String(slots(ours)) || choices(theirs) !== choices(ours)
    })
    expect(differing).toEqual([])
  })

  it.each(others)('is translated, but for names: %s', (language) => {
    const messages = messagesOf(language)
    const same = Object.keys(english).filter((key) => messages[key] === english[key] && /\s/.test(english[key] ?? ''))
    expect(same).toEqual([])
  })
})

describe('the sources', () => {
  const used = new Set(
    Object.values(sources).flatMap((source) =>
      [...source.matchAll(/(?:\$?\bt\(|keypath="|title: )['"]?([a-z]\w*(?:\.[\w-]+)+)['"]/g)].map((found) => found[1] ?? ''),
    ),
  )

  it('use messages', () => {
    expect(used.size).toBeGreaterThan(100)
  })

  it('use every message that is there', () => {
    const all = Object.values(sources).join('\n')
    // `booking.money.${key}` stands for all messages of that form.
    const forms = [...all.matchAll(/`([a-z]+\.[^`\s]*\$\{[^`]*)`/g)].map(
      ([, form = '']) => new RegExp(`^${form.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.')).join('[\\w-]+')}$`),
    )
    const isUsed = (key: string): boolean => all.includes(`'${key}'`) || all.includes(`"${key}"`) || forms.some((form) => form.test(key))
    expect(Object.keys(english).filter((key) => !isUsed(key))).toEqual([])
  })

  it('use no message that is not there', () => {
    expect([...used].filter((key) => !(key in english))).toEqual([])
  })
})

describe('the problems', () => {
  // Told to those who plan the programme, in the office; a customer can't meet them.
  const ofTheOffice = [
    'auditorium-has-no-plan',
    'auditorium-id-taken',
    'cinema-not-published',
    'local-time-missing',
    'local-time-twice',
    'showtime-final',
    'showtime-has-bookings',
    'showtimes-overlap',
  ]

  it('that a customer can meet all have a title and an advice', () => {
    const slugs = [...schema.matchAll(/type: "\/problems\/([a-z-]+)"/g)].map((found) => found[1] ?? '')
    const told = [...new Set(slugs)].filter((slug) => !ofTheOffice.includes(slug))
    expect(told.length).toBeGreaterThan(40)
    expect(told.filter((slug) => !(`problems.${slug}.title` in english && `problems.${slug}.advice` in english))).toEqual([])
  })
})
