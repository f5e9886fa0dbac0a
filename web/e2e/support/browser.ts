/**
 * People in front of the page. `journey` is the test of this folder: its `aPerson` opens a browser context of its own,
 * watched by the guards (guards.ts), which are asked when the test ends; a failure leaves screenshots and a trace.
 */
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect, inject, test } from 'vitest'

import { resultFile, SITE } from './environment.ts'
import { type Expected, guard, type Guards, traceMoves } from './guards.ts'
import { aShowtime, type Showtime, type Wanted } from './showtimes.ts'
import { type Language, type Words, wordsOf } from './words.ts'

export const PHONE = { width: 360, height: 800 }
export const DESKTOP = { width: 1280, height: 900 }
/** Longer than anything may take on two busy processors; what is slower counts as not there. */
const PATIENCE_MS = 20_000

export interface PersonOptions {
  name?: string
  viewport?: { width: number; height: number }
  colorScheme?: 'light' | 'dark'
  language?: Language
  offline?: boolean
  /** A finger instead of a mouse. */
  hasTouch?: boolean
  /** What the test brings about on purpose, of all that the browser calls an error. */
  expects?: Expected[]
}

export interface Person {
  name: string
  context: BrowserContext
  /** The tab in front. */
  page: Page
  words: Words
  language: Language
  guards: Guards
  visit: (path: string) => Promise<void>
  /** One more tab of the same browser, at the same path or another. */
  anotherTab: (path?: string) => Promise<Person>
}

interface Fixtures {
  aPerson: (options?: PersonOptions) => Promise<Person>
  /** A showtime that no other test uses. */
  aShowtime: (wanted?: Wanted) => Promise<Showtime>
}

let connected: Promise<Browser> | null = null
let people = 0

export const journey = test.extend<Fixtures>({
  aPerson: async ({ task, onTestFinished }, use) => {
    const present: Person[] = []
    // A fixture that throws when it is put away fails what is tried again, too: what it threw is thrown once more then.
    onTestFinished(async () => {
      const complaints = present.flatMap(({ name, guards }) => guards.complaints().map((line) => `${name}: ${line}`))
      if (task.result?.state === 'fail' || complaints.length > 0) await keepTraces(task.name, present)
      await Promise.all(present.map(({ context }) => context.close()))
      expect(complaints, 'what no visit may show').toEqual([])
    })
    await use(async (options = {}) => {
      const person = await open(options, `person ${String(present.length + 1)}`)
      present.push(person)
      return person
    })
  },
  aShowtime: async ({}, use) => {
    await use(aShowtime)
  },
})

/** Somebody for a test that asks the guards itself, and closes the context. */
export async function open(options: PersonOptions, name: string): Promise<Person> {
  connected ??= chromium.connect(inject('browser'))
  const browser = await connected
  const language = options.language ?? 'en'
  const context = await browser.newContext({
    baseURL: SITE,
    viewport: options.viewport ?? DESKTOP,
    colorScheme: options.colorScheme ?? 'light',
    locale: language,
    timezoneId: 'Europe/Berlin',
    hasTouch: options.hasTouch ?? false,
    offline: options.offline ?? false,
    extraHTTPHeaders: { 'X-Forwarded-For': anAddress() },
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const who = options.name ?? name
  const guards = await guard(context, who)
  guards.expect(...(options.expects ?? []))
  context.on('page', (page) => {
    traceMoves(page, (url) => {
      guards.tell(`is at ${url}`)
    })
  })
  return inTab(await context.newPage(), { name: who, context, language, words: wordsOf(language), guards })
}

function inTab(page: Page, person: Omit<Person, 'page' | 'visit' | 'anotherTab'>): Person {
  return {
    ...person,
    page,
    visit: async (path) => {
      await page.goto(path)
    },
    anotherTab: async (path) => {
      const next = inTab(await person.context.newPage(), person)
      await next.visit(path ?? page.url())
      return next
    },
  }
}

/** Each person comes from a network address of their own: what is limited by address is not what is tested here. */
function anAddress(): string {
  people += 1
  const worker = Number(process.env['VITEST_POOL_ID'] ?? '1')
  return `10.${String(process.pid % 250)}.${String(worker)}.${String(people % 250)}`
}

async function keepTraces(test: string, present: Person[]): Promise<void> {
  const name = test.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 80)
  for (const person of present) {
    const trace = resultFile(`${name}-${person.name.replaceAll(' ', '-')}.log`)
    writeFileSync(trace, [...person.guards.trace(), ''].join('\n'))
    console.error(`  ${relative(process.cwd(), trace)}`)
    for (const [index, page] of person.context.pages().entries()) {
      const picture = trace.replace(/log$/, `${String(index + 1)}.png`)
      try {
        await page.screenshot({ path: picture, fullPage: true, timeout: 5000 })
      } catch (error) {
        console.error(`  no picture of ${page.url()}: ${String(error)}`)
        continue
      }
      console.error(`  ${relative(process.cwd(), picture)}  ${page.url()}`)
    }
  }
}
