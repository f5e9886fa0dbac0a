import { beforeEach, describe, expect, it } from 'vitest'

import { type Measuring, measuring } from './measuring'

const KEYS = ['a', 'b', 'c', 'd']
let heights: Measuring

beforeEach(() => {
  heights = measuring(new Map())
})

describe('what is to be measured of a long list', () => {
  it('is what was never measured, some at a time', () => {
    heights.note('b', 100)
    expect(heights.missing(KEYS, 2)).toEqual([0, 2])
    expect(heights.missing(KEYS, 9)).toEqual([0, 2, 3])
  })

  it('is nothing of a list that was measured before', () => {
    expect(measuring(new Map(KEYS.map((key) => [key, 100]))).missing(KEYS, 9)).toEqual([])
  })

  it('is all of it once one has another height than before, each once', () => {
    for (const key of KEYS) heights.note(key, 100)
    heights.note('b', 160)
    expect(heights.missing(KEYS, 9)).toEqual([0, 2, 3])
    for (const key of ['a', 'c', 'd']) heights.note(key, 160)
    expect(heights.missing(KEYS, 9)).toEqual([])
  })

  it('is not begun again for a part of a pixel', () => {
    for (const key of KEYS) heights.note(key, 100)
    heights.note('b', 100.4)
    expect(heights.missing(KEYS, 9)).toEqual([])
    expect(heights.of('b')).toBe(100.4)
  })
})
