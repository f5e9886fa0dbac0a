import { beforeEach, expect, it } from 'vitest'

import { isLanguage, keepLanguage, preferredLanguage } from './languages'

beforeEach(() => {
  localStorage.clear()
})

it('the language chosen before is preferred to the browser’s', () => {
  keepLanguage('hi')
  expect(preferredLanguage()).toBe('hi')
})

it.each(['toString', 'constructor', 'xx', '', null, 5])('%s is no language', (code) => {
  expect(isLanguage(code)).toBe(false)
})
