import { expect, it } from 'vitest'

import { looksForText } from './looksForText'

const press = (key: string, held: Partial<KeyboardEvent> = {}) => looksForText({ key, ctrlKey: false, metaKey: false, altKey: false, ...held })

it('finding in the page begins with Ctrl+F, ⌘F or F3', () => {
  expect([press('f', { ctrlKey: true }), press('F', { metaKey: true }), press('F3')]).toEqual([true, true, true])
})

it('no letter that is written begins it', () => {
  expect([press('f'), press('f', { ctrlKey: true, altKey: true }), press('g', { ctrlKey: true })]).toEqual([false, false, false])
})
