import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EffectScope, effectScope, nextTick, shallowRef } from 'vue'

import { longList } from '@/components/base/longList'
import LongList from '@/components/base/LongList.vue'

import { useListFocus } from './useListFocus'

let scope: EffectScope
beforeEach(() => {
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  longList.value = null
  document.body.innerHTML = ''
})

/** A list of bookings of which these are drawn, each so far down in the window. */
function aList(tops: Record<string, number>) {
  const root = document.createElement('div')
  document.body.append(root)
  draw(root, tops)
  const focus = scope.run(() => useListFocus(shallowRef(root), () => Object.keys(tops)))
  if (focus === undefined) throw new Error('the scope is over')
  return { focus, root }
}
function draw(root: HTMLElement, tops: Record<string, number>): void {
  root.replaceChildren(
    ...Object.entries(tops).map(([reference, top]) => {
      const link = document.createElement('a')
      link.href = `/bookings/${reference}`
      link.getBoundingClientRect = () => new DOMRect(0, top, 300, 100)
      return link
    }),
  )
}
function isAt(): string | null {
  return document.activeElement?.getAttribute('href') ?? null
}
async function twoFrames(): Promise<void> {
  for (let frame = 0; frame < 2; frame += 1) {
    await new Promise(requestAnimationFrame)
    await nextTick()
  }
}

describe('after a press that brought more, the focus', () => {
  it('goes to the first of them that is not above what is looked at', async () => {
    const { focus } = aList({ old: 20, above: -300, below: 400, last: 600 })

    await focus.toBrought(['above', 'below', 'last'])
    expect(isAt()).toBe('/bookings/below')
  })

  it('goes to the last of them where all are above', async () => {
    const { focus } = aList({ first: -600, last: -300, old: 20 })

    await focus.toBrought(['first', 'last'])
    expect(isAt()).toBe('/bookings/last')
  })

  it('goes to what a list draws that has just become a long one', async () => {
    const { focus, root } = aList({ old: 20 })

    const gone = focus.toBrought(['late'])
    draw(root, { old: 20, late: 200 })
    await gone
    expect(isAt()).toBe('/bookings/late')
  })

  it('stays where somebody has put it meanwhile', async () => {
    const { focus, root } = aList({ old: 20, new: 200 })
    root.querySelector('a')?.focus()

    await focus.toBrought(['new'])
    expect(isAt()).toBe('/bookings/old')
  })
})

describe('after an entry is taken off, the focus', () => {
  it.each([
    ['goes to its neighbour', 'next', '/bookings/next'],
    ['goes to what stays, where the neighbour is not drawn', 'far', '#heading'],
    ['goes to what stays, where there is no neighbour', undefined, '#heading'],
  ])('%s', (_, neighbour, to) => {
    const { focus } = aList({ next: 200 })
    const heading = document.createElement('a')
    heading.setAttribute('href', '#heading')
    document.body.append(heading)

    focus.toNeighbour(neighbour, heading)
    expect(isAt()).toBe(to)
  })
})

describe('when the code for long lists draws all of them anew, the focus', () => {
  it('stays at the same booking', async () => {
    const { root } = aList({ one: 20, two: 200 })
    root.querySelectorAll('a')[1]?.focus()

    longList.value = LongList
    await nextTick()
    draw(root, { one: 20, two: 200 })
    await twoFrames()
    expect(isAt()).toBe('/bookings/two')
  })

  it('is nowhere if it was nowhere', async () => {
    const { root } = aList({ one: 20 })

    longList.value = LongList
    await nextTick()
    draw(root, { one: 20 })
    await twoFrames()
    expect(document.activeElement).toBe(document.body)
  })
})
