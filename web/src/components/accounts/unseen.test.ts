import { expect, it } from 'vitest'

import { firstUnseen } from './unseen'

it.each([
  ['A\u200bda', 'U+200B'],
  ['Ada\u{e0062}\u202e', 'U+E0062'],
  ['Zoë', undefined],
  ['क्\u200dष', undefined],
  ['👩\u200d🚀 🎬', undefined],
])('the first character that can’t be seen is told by its number, and what is written with is none: %s', (text, told) => {
  expect(firstUnseen(text)).toBe(told)
})
