import { describe, expect, it } from 'vitest'

import { aRoom } from '@/testing/rooms'

import { leftAlone, leftAloneIn } from './neighbours'
import { isAccessible, type RoomRow } from './rooms'

const everyFree = (): boolean => true

function rowOf(text: string): RoomRow {
  const row = aRoom(text).rows[0]
  if (row === undefined) throw new Error('There is no row')
  return row
}

function left(text: string, taken: number[], isTaken: number[] = []): string[] {
  const free = (ref: string): boolean => !isTaken.includes(Number(ref.slice(2)))
  return leftAlone(rowOf(text), new Set(taken.map((each) => `A-${String(each)}`)), free).map((ref) => ref.slice(2))
}

describe('the neighbour rule', () => {
  it('lets the last seat of a run be left', () => {
    expect(left('sss', [1, 2])).toEqual([])
  })

  it('leaves no seat alone at the end of a longer run', () => {
    expect(left('ssss', [2, 3])).toEqual(['1', '4'])
    expect(left('sssss', [2, 4])).toEqual(['1', '3', '5'])
    expect(left('sssss', [2, 3])).toEqual(['1'])
  })

  it('ends a run at an aisle', () => {
    expect(left('sss-sss', [5, 6])).toEqual([])
    expect(left('sss-sss', [4, 5])).toEqual([])
    expect(left('sss-sss', [2])).toEqual(['1', '3'])
  })

  it('takes wheelchair and companion places for nobody’s neighbours', () => {
    expect(left('wsss', [3, 4])).toEqual([])
    expect(left('wsss', [1])).toEqual([])
  })

  it('minds seats that others have', () => {
    expect(left('sssss', [3], [1, 2])).toEqual([])
    expect(left('sssss', [4], [1, 2])).toEqual(['3', '5'])
    expect(left('ssss', [3], [1])).toEqual(['2', '4'])
  })

  it('does not mind a seat that was alone before', () => {
    expect(left('sssss', [3, 4, 5], [2])).toEqual([])
  })

  it('looks at every row that something is taken of', () => {
    const room = aRoom('ssss', 'ssss')
    expect(leftAloneIn(room, new Set(['A-2', 'A-3', 'B-1', 'B-2']), everyFree)).toEqual(['A-1', 'A-4'])
  })
})

/** The rule as its sentence has it: sets of positions, nothing of runs cut beforehand. */
function forbidden(row: RoomRow, taken: ReadonlySet<string>, isFree: (ref: string) => boolean): string[] {
  const ordinary = new Map(row.seats.filter(({ category }) => !isAccessible(category)).map((seat) => [seat.position, seat]))
  const beside = (at: number): number[] => [
    ...(ordinary.has(at + 1) && !row.aisles.has(at) ? [at + 1] : []),
    ...(ordinary.has(at - 1) && !row.aisles.has(at - 1) ? [at - 1] : []),
  ]
  const free = (at: number): boolean => isFree(ordinary.get(at)?.ref ?? '')
  const mine = (at: number): boolean => taken.has(ordinary.get(at)?.ref ?? '')
  const runOf = (from: number): number[] => {
    const run = new Set([from])
    for (const at of run) beside(at).filter(free).forEach((each) => run.add(each))
    return [...run]
  }
  return [...ordinary.values()].flatMap(({ position, ref }) => {
    if (!free(position) || mine(position)) return []
    const before = beside(position).filter(free)
    if (before.length === 0 || before.some((each) => !mine(each))) return []
    const run = runOf(position)
    return run.length === run.filter(mine).length + 1 ? [] : [ref]
  })
}

/** Numbers that look random and are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('of rows of all kinds', () => {
  it('says what the sentence says', () => {
    const below = numbers(20_261_122)
    for (let round = 0; round < 4_000; round += 1) {
      const text = Array.from({ length: 2 + below(12) }, () => 'ssssssp_wc'.charAt(below(10)) + (below(6) === 0 ? '-' : '')).join('')
      const row = aRoom(`s${text}`).rows[0]
      if (row === undefined) throw new Error('There is no row')
      const freeSeats = row.seats.filter(() => below(3) > 0).map(({ ref }) => ref)
      const taken = new Set(freeSeats.filter(() => below(3) === 0))
      const isFree = (ref: string): boolean => freeSeats.includes(ref)

      expect(leftAlone(row, taken, isFree).sort(), text).toEqual(forbidden(row, taken, isFree).sort())
    }
  })
})
