/** What a person does, by what they see: roles and visible words, in the language they speak. */
import { type Locator } from 'playwright-core'
import { expect } from 'vitest'

import { type Person } from './browser.ts'
import { type Account } from './people.ts'

export function button(person: Person, key: string, values?: Record<string, string | number>): Locator {
  return person.page.getByRole('button', { name: person.words(key, values) })
}

export function link(person: Person, key: string, values?: Record<string, string | number>): Locator {
  return person.page.getByRole('link', { name: person.words(key, values) })
}

export function field(person: Person, key: string): Locator {
  return person.page.getByLabel(person.words(key))
}

export async function press(person: Person, key: string, values?: Record<string, string | number>): Promise<void> {
  await button(person, key, values).click()
}

export async function follow(person: Person, key: string, values?: Record<string, string | number>): Promise<void> {
  await link(person, key, values).first().click()
}

export async function fill(person: Person, key: string, text: string): Promise<void> {
  await field(person, key).fill(text)
}

/** Waits until the message is shown. */
export async function sees(person: Person, key: string, values?: Record<string, string | number>): Promise<void> {
  await person.page.getByText(person.words(key, values)).filter({ visible: true }).first().waitFor()
}

export async function seesHeading(person: Person, key: string, values?: Record<string, string | number>): Promise<void> {
  await person.page.getByRole('heading', { name: person.words(key, values) }).first().waitFor()
}

export async function seesNot(person: Person, key: string, values?: Record<string, string | number>): Promise<void> {
  await person.page.getByText(person.words(key, values)).filter({ visible: true }).first().waitFor({ state: 'hidden' })
}

/** Waits until the address bar says so. */
export async function isAt(person: Person, path: RegExp): Promise<void> {
  await person.page.waitForURL((url) => path.test(url.pathname))
}

export async function logIn(person: Person, account: Account): Promise<void> {
  await person.visit('/log-in')
  await fill(person, 'account.email', account.email)
  await fill(person, 'account.password', account.password)
  await press(person, 'account.logIn')
  await link(person, 'account.title').waitFor()
}

/** Nothing is wider than the screen. */
export async function fitsTheScreen(person: Person): Promise<void> {
  const { wide, shown } = await person.page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    shown: document.documentElement.clientWidth,
  }))
  expect(wide, `${person.page.url()} is wider than the screen`).toBeLessThanOrEqual(shown)
}

/** How the booking that is shown stands, as it is told to screen readers too. */
export async function standsAs(person: Person, standing: string, { withinMs = 45_000 } = {}): Promise<void> {
  await person.page
    .getByRole('status')
    .getByText(person.words(`booking.standing.${standing}.title`))
    .waitFor({ timeout: withinMs })
}

/** The reference of the booking that is shown. */
export function referenceShown(person: Person): string {
  return new URL(person.page.url()).pathname.replace('/bookings/', '')
}

/** The codes of the tickets. */
export function codes(person: Person): Locator {
  return person.page.getByRole('button', { name: person.words('booking.tickets.enlarge') })
}
