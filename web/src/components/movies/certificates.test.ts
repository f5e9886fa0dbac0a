import { describe, expect, it } from 'vitest'

import { ageOf } from './certificates'

describe('a certificate lets people in from an age', () => {
  it.each([
    ['0', 0],
    ['6', 6],
    ['12A', 12],
    ['UA 13+', 13],
    ['PG-13', 13],
    ['U', 0],
    ['A', 18],
    ['PG', null],
    ['UA', null],
  ])('%s: %s', (certificate, age) => {
    expect(ageOf(certificate)).toBe(age)
  })
})
