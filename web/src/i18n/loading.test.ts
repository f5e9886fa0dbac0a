import { beforeAll, expect, it, vi } from 'vitest'

import { hasAllMessages, i18n, loadAllMessages, useLanguage } from './index'

const comes = vi.hoisted(() => ({ hindi: Promise.resolve() }))

vi.mock('./locales/es/index.ts', () => {
  throw new Error('no connection')
})
vi.mock('./locales/hi/index.ts', async (original) => {
  await comes.hindi
  return original()
})

// Compiling all messages of a language takes a busy machine seconds.
beforeAll(async () => {
  await Promise.all([useLanguage('de'), import('./locales/de/rest'), import('./locales/es/rest')])
}, 60_000)

it('a language that does not come leaves the one before whole, for all pages that were asked for meanwhile', async () => {
  const chosen = useLanguage('es')
  await Promise.all([expect(chosen).rejects.toThrow(), loadAllMessages()])

  expect([i18n.global.locale.value, document.documentElement.lang, hasAllMessages.value]).toEqual(['de', 'de', true])
  expect(i18n.global.te('seats.title')).toBe(true)
})

it('the last choice holds, also where an earlier one comes later', async () => {
  let come = (): void => undefined
  comes.hindi = new Promise((resolve) => {
    come = resolve
  })

  const slow = useLanguage('hi')
  await useLanguage('de')
  come()
  await slow

  expect([i18n.global.locale.value, document.documentElement.lang]).toEqual(['de', 'de'])
})
