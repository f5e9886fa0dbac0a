import { expect, it } from 'vitest'

import { titleSize } from './titles'

it.each(['Kite Season', 'Amélie und die Sternwarte', ''])('a title that fits two lines of the largest size is short: “%s”', (title) => {
  expect(titleSize(title)).toBe('short')
})

it.each(['Die letzte Vorstellung des Herrn Falk', 'Donaudampfschifffahrt'])('a title of many letters, or of one word with many, is long: “%s”', (title) => {
  expect(titleSize(title)).toBe('long')
})

it('a title that even three lines may not hold is very long', () => {
  expect(titleSize('Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb')).toBe('very long')
})
