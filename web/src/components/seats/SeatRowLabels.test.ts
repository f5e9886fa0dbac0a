import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { shallowRef } from 'vue'

import { aRoom } from '@/testing/rooms'

import { drawingOf } from './geometry'
import SeatRowLabels from './SeatRowLabels.vue'

const drawing = drawingOf(aRoom('s'.repeat(30), 's'.repeat(30)))

function shownFrom(left: number) {
  const part = shallowRef({ left, right: left + 100, top: 0, bottom: 100 })
  return mount(SeatRowLabels, { props: { drawing, pixels: 2, sight: { now: part, atRest: part } } })
}

describe('the labels at the edge of an enlarged map', () => {
  it('are there once the rows’ own are out of sight', () => {
    expect(shownFrom(0).findAll('text')).toHaveLength(0)
    expect(shownFrom(200).findAll('text').map((each) => each.text())).toEqual(['A', 'B'])
  })

  it('go down with the rows towards the middle, as rows are bent', () => {
    const shift = (left: number): number =>
      Number(/translateY\((.*)px\)/.exec(shownFrom(left).find('svg').attributes('style') ?? '')?.[1])
    expect(shift(drawing.width / 2)).toBeGreaterThan(shift(40))
    expect(shift(40)).toBeGreaterThan(0)
  })
})
