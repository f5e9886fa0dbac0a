import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import { aRoom } from '@/testing/rooms'

import { drawingOf } from './geometry'
import SeatMapRow from './SeatMapRow.vue'

function numbers(states: string, [from, to]: [number, number]): string[] {
  const [drawn] = drawingOf(aRoom('ssplwc')).rows
  if (drawn === undefined) throw new Error('a room without rows')
  const row = mount(SeatMapRow, { props: { drawn, states, active: null, spoken: () => '', from, to } })
  return row.findAll('.seat-number').map((each) => each.text())
}

describe('the numbers of a row', () => {
  it('stand on the seats in sight only', () => {
    expect(numbers('ffffff', [1, 3])).toEqual(['2', '3'])
    expect(numbers('ffffff', [0, 0])).toEqual([])
  })

  it('stand on no seat that is taken, picked or lost, nor on a place with a sign', () => {
    expect(numbers('tmfaff', [0, 6])).toEqual(['3', '4'])
    expect(numbers('lfffff', [0, 2])).toEqual(['2'])
  })
})
