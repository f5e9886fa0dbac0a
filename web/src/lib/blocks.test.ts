import { describe, expect, it } from 'vitest'

import { aRoom } from '@/testing/rooms'

import { equalBlock, remediesFor, unaccompanied } from './blocks'
import { leftAloneIn } from './neighbours'

const except = (...taken: string[]) => (ref: string): boolean => !taken.includes(ref)

describe('the nearest equal block', () => {
  it('is as large as what was lost, and near it', () => {
    expect(equalBlock(aRoom('ssssssss'), ['A-3', 'A-4'], except('A-3', 'A-4'))).toEqual(['A-5', 'A-6'])
  })

  it('is looked for in other rows when its own is full', () => {
    expect(equalBlock(aRoom('ss', 'ssss', 'ss'), ['A-1', 'A-2'], except('A-1', 'A-2'))).toEqual(['B-1', 'B-2'])
  })

  it('keeps to the category', () => {
    expect(equalBlock(aRoom('ss', 'pp', 'ss'), ['A-1', 'A-2'], except('A-1', 'A-2'))).toEqual(['C-1', 'C-2'])
  })

  it('leaves nobody alone', () => {
    const block = equalBlock(aRoom('sssssss'), ['A-1'], except('A-1'))
    expect(block).not.toBeNull()
    expect(leftAloneIn(aRoom('sssssss'), new Set(block), except('A-1'))).toEqual([])
  })

  it('is not offered for wheelchair places, nor where there is none', () => {
    expect(equalBlock(aRoom('wcss'), ['A-1'], except('A-1'))).toBeNull()
    expect(equalBlock(aRoom('ss'), ['A-1', 'A-2'], except('A-1', 'A-2'))).toBeNull()
  })
})

describe('remedies for a seat left alone', () => {
  const free = except()

  it('move over by one, or take that seat too', () => {
    expect(remediesFor(aRoom('ssssss'), ['A-2', 'A-3'], ['A-1'], free)).toEqual([
      { kind: 'move', seats: ['A-1', 'A-2'], added: ['A-1'] },
      { kind: 'add', seats: ['A-2', 'A-3', 'A-1'], added: ['A-1'] },
    ])
  })

  it('bring seats picked apart together', () => {
    const [first] = remediesFor(aRoom('sssss'), ['A-2', 'A-4'], ['A-1', 'A-3', 'A-5'], free)
    expect(first?.kind).toBe('move')
    expect(leftAloneIn(aRoom('sssss'), new Set(first?.seats), free)).toEqual([])
  })

  it('leave the seats of other rows where they are', () => {
    const [first] = remediesFor(aRoom('ssssss', 'ssss'), ['A-2', 'A-3', 'B-1', 'B-2'], ['A-1'], free)
    expect(first?.seats).toEqual(['B-1', 'B-2', 'A-1', 'A-2'])
  })

  it('never offer an eleventh seat', () => {
    const picked = Array.from({ length: 10 }, (_, i) => `A-${String(i + 2)}`)
    const kinds = remediesFor(aRoom('sssssssssssssss'), picked, ['A-1'], free).map(({ kind }) => kind)
    expect(kinds).toEqual(['move'])
  })

  it('mend what they are offered for', () => {
    const room = aRoom('sssssss', 'ssssss')
    for (const picked of [['A-2'], ['A-2', 'A-4'], ['A-3', 'A-5', 'A-6'], ['B-2', 'B-3', 'B-5']]) {
      const alone = leftAloneIn(room, new Set(picked), free)
      const remedies = remediesFor(room, picked, alone, free)
      expect(remedies.length, picked.join()).toBeGreaterThan(0)
      for (const { seats } of remedies) expect(leftAloneIn(room, new Set(seats), free), picked.join()).toEqual([])
    }
  })
})

describe('companion places', () => {
  it('go with as many wheelchair places', () => {
    expect(unaccompanied(aRoom('wcss'), ['A-1', 'A-2'], except())).toEqual({ seats: [], places: [] })
  })

  it('alone, name the nearest free wheelchair place', () => {
    expect(unaccompanied(aRoom('wcsscw'), ['A-5'], except())).toEqual({ seats: ['A-5'], places: ['A-6'] })
    expect(unaccompanied(aRoom('wcsscw'), ['A-5'], except('A-6'))).toEqual({ seats: ['A-5'], places: ['A-1'] })
    expect(unaccompanied(aRoom('wc'), ['A-2'], except('A-1'))).toEqual({ seats: ['A-2'], places: [] })
  })
})
