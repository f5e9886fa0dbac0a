import { describe, expect, it } from 'vitest'

import { aRoom } from '@/testing/rooms'

import { drawingOf, PITCH, seatsWithin, seatTowards } from './geometry'

function placesOf(...rows: string[]): Map<string, { x: number; y: number }> {
  return new Map(drawingOf(aRoom(...rows)).rows.flatMap(({ seats }) => seats.map(({ seat, x, y }) => [seat.ref, { x, y }])))
}

describe('the drawing of a room', () => {
  it('has neighbours a pitch apart, and more across an aisle or a gap', () => {
    const places = placesOf('ss-s_s')
    const x = (ref: string): number => places.get(ref)?.x ?? 0

    expect(x('A-2') - x('A-1')).toBeCloseTo(PITCH)
    expect(x('A-3') - x('A-2')).toBeGreaterThan(PITCH)
    expect(x('A-5') - x('A-3')).toBeCloseTo(2 * PITCH)
  })

  it('has rows from the screen down', () => {
    const places = placesOf('sss', 'sss')
    expect((places.get('B-2')?.y ?? 0) - (places.get('A-2')?.y ?? 0)).toBeGreaterThanOrEqual(PITCH)
  })

  it('puts rows with fewer aisles in the middle', () => {
    const places = placesOf('ss-ss', 'ssss')
    const middle = (row: string): number => ((places.get(`${row}-1`)?.x ?? 0) + (places.get(`${row}-4`)?.x ?? 0)) / 2
    expect(middle('A')).toBeCloseTo(middle('B'))
  })

  it('keeps every seat within its frame', () => {
    const wide = 's'.repeat(50)
    const drawing = drawingOf(aRoom(wide, wide, wide))
    for (const { x, y } of drawing.rows.flatMap(({ seats }) => seats)) {
      expect(x).toBeGreaterThan(PITCH / 2)
      expect(x).toBeLessThan(drawing.width - PITCH / 2)
      expect(y).toBeGreaterThan(PITCH / 2)
      expect(y).toBeLessThan(drawing.height - PITCH / 2)
    }
  })
})

describe('arrow keys', () => {
  const drawing = drawingOf(aRoom('ss-ss', '_sss', 's_s'))

  it('lead along a row, over aisles, and stay at its ends', () => {
    expect(seatTowards(drawing, 'A-2', 'right')).toBe('A-3')
    expect(seatTowards(drawing, 'A-1', 'left')).toBe('A-1')
    expect(seatTowards(drawing, 'A-4', 'right')).toBe('A-4')
    expect(seatTowards(drawing, 'A-3', 'first')).toBe('A-1')
    expect(seatTowards(drawing, 'A-2', 'last')).toBe('A-4')
  })

  it('lead to the nearest seat of the next row', () => {
    expect(seatTowards(drawing, 'A-1', 'down')).toBe('B-2')
    expect(seatTowards(drawing, 'B-4', 'down')).toBe('C-3')
    expect(seatTowards(drawing, 'C-1', 'up')).toBe('B-2')
    expect(seatTowards(drawing, 'A-1', 'up')).toBe('A-1')
    expect(seatTowards(drawing, 'A-4', 'back')).toBe('C-3')
  })
})

describe('the part of a room that is in sight', () => {
  const drawing = drawingOf(aRoom('s'.repeat(30), 's'.repeat(30)))
  const [front, back] = drawing.rows

  it('has the seats of each row that are in it, and one around it', () => {
    const ninth = front?.seats[8]
    const part = { left: ninth?.x ?? 0, right: (ninth?.x ?? 0) + 1, top: 0, bottom: drawing.height }
    expect(front && seatsWithin(front, part)).toEqual([8, 10])
  })

  it('has no seat of a row beyond it', () => {
    const part = { left: 0, right: drawing.width, top: 0, bottom: (front?.seats[15]?.y ?? 0) - PITCH }
    expect(back && seatsWithin(back, part)).toEqual([0, 0])
  })

  it('is nothing before it was looked at', () => {
    expect(front && seatsWithin(front, { left: 0, right: 0, top: 0, bottom: 0 })).toEqual([0, 0])
  })

  it('tells where a row is at its edge, as it is bent', () => {
    const [end] = front?.ends ?? []
    const seat = front?.seats[4]
    expect((end?.y ?? 0) - drawing.sink(end?.x ?? 0)).toBeCloseTo((seat?.y ?? 0) - drawing.sink(seat?.x ?? 0), 0)
  })
})
