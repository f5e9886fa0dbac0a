import { expect, it } from 'vitest'
import { shallowRef } from 'vue'

import { useRoomBelow } from './useRoomBelow'

/** A page of a height, which the window has gone down in so far. */
function aPage(heightPx: number, downPx: number) {
  const root = document.createElement('div')
  Object.defineProperty(root, 'offsetHeight', { value: heightPx })
  root.getBoundingClientRect = () => new DOMRect(0, -downPx, 300, heightPx)
  return useRoomBelow(shallowRef(root))
}
const WINDOW_PX = window.innerHeight

it('there is none before anything is to come', () => {
  expect(aPage(4_000, 3_000).px.value).toBe(0)
})

it('what comes has room under all that is there, and the window can go along with the whole of it', () => {
  const room = aPage(4_000, 3_000)

  room.makeFor(8_000)
  expect(room.px.value).toBe(4_000 + 8_000 + WINDOW_PX)
})

it('once it is there, no more is kept than the window stands on, or will', () => {
  const room = aPage(4_000, 3_000)
  room.makeFor(8_000)

  room.keep()
  expect(room.px.value).toBe(3_000 + WINDOW_PX)
  room.keep(500)
  expect(room.px.value).toBe(3_500 + WINDOW_PX)
})

it('where it does not come, room goes down to where the window is, but is not made', () => {
  const room = aPage(4_000, 3_000)
  room.shrink()
  expect(room.px.value).toBe(0)

  room.makeFor(8_000)
  room.shrink()
  expect(room.px.value).toBe(3_000 + WINDOW_PX)
})

it('a list that was made shorter has none', () => {
  const room = aPage(4_000, 3_000)
  room.makeFor(8_000)

  room.leave()
  expect(room.px.value).toBe(0)
})
