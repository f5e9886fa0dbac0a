import { describe, expect, it } from 'vitest'

import { looksLikeAddress, pathWithin } from './addresses'

describe('an e-mail address', () => {
  it.each(['ada@example.com', ' ada@example.com ', 'अ@उदाहरण.भारत'])('could be %s', (text) => {
    expect(looksLikeAddress(text)).toBe(true)
  })
  it.each(['', 'ada', 'ada@', 'ada@example', 'a b@example.com'])('is not %s', (text) => {
    expect(looksLikeAddress(text)).toBe(false)
  })
})

describe('where to go on', () => {
  it('is a path of this page', () => {
    expect(pathWithin('/showtimes/ABC123/check-out?x=1')).toBe('/showtimes/ABC123/check-out?x=1')
  })
  it.each(['https://elsewhere.example/', '//elsewhere.example', '/\\elsewhere.example', 'javascript:alert(1)', ['/a'], undefined])(
    'is never %s',
    (to) => {
      expect(pathWithin(to)).toBeNull()
    },
  )
})
