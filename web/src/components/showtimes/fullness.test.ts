import { describe, expect, it } from 'vitest'

import { fullnessOf, offerOf, takenShare } from './fullness'

const NOON = Date.parse('2026-11-22T12:00:00Z')
const showtime = (starts: string, closes: string, seats_left = 50) => ({
  starts_at: `2026-11-22T${starts}:00Z`,
  sales_close_at: `2026-11-22T${closes}:00Z`,
  seats_left,
})

describe('what is offered', () => {
  it('is open until its sales close, even after its start', () => {
    expect(offerOf(showtime('11:55', '12:05'), NOON)).toBe('open')
  })
  it('is past once it has started and its sales are closed', () => {
    expect(offerOf(showtime('11:00', '11:10', 0), NOON)).toBe('past')
  })
  it('is closed, not sold out, when its sales end before its start', () => {
    expect(offerOf(showtime('12:30', '12:00', 0), NOON)).toBe('closed')
  })
  it('is sold out when no seat is left', () => {
    expect(offerOf(showtime('20:00', '20:10', 0), NOON)).toBe('sold-out')
  })
})

describe('how full it is', () => {
  it.each([
    [0, 300, 'none'],
    [1, 300, 'few'],
    [30, 300, 'few'],
    [31, 300, 'filling'],
    [10, 40, 'few'],
    [11, 40, 'filling'],
    [135, 300, 'filling'],
    [136, 300, 'plenty'],
  ])('%i of %i seats left: %s', (seats_left, capacity, expected) => {
    expect(fullnessOf({ seats_left, capacity })).toBe(expected)
  })

  it('never looks empty with a seat taken, nor full with one left', () => {
    expect(takenShare({ seats_left: 999, capacity: 1000 })).toBeGreaterThan(0.03)
    expect(takenShare({ seats_left: 1, capacity: 1000 })).toBeLessThan(0.97)
    expect(takenShare({ seats_left: 0, capacity: 1000 })).toBe(1)
    expect(takenShare({ seats_left: 1000, capacity: 1000 })).toBe(0)
  })
})
