import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EffectScope, effectScope, nextTick, ref, shallowRef } from 'vue'

import type { Sight } from '@/components/base/sight'
import type { Booking } from '@/queries/bookings'
import { aBooking } from '@/testing/bookings'

import { type Parts, referenceOf, useLateParts } from './useLateParts'

const DAY_MS = 86_400_000
const HEIGHT_PX = 4_000
const DOWN_PX = 3_000

let scope: EffectScope
beforeEach(() => {
  scope = effectScope()
  vi.spyOn(window, 'scrollBy').mockImplementation(() => undefined)
})
afterEach(() => {
  scope.stop()
  document.body.innerHTML = ''
})

function booked(reference: string, daysAhead: number): Booking {
  const at = new Date(Date.now() + daysAhead * DAY_MS).toISOString()
  const { showtime } = aBooking()
  return aBooking({ reference, showtime: { ...showtime, starts_at: at, ends_at: at } })
}

/** A list of these, on a page that the window has gone down in. `inSight` are those that are looked at. */
function aList(first: readonly Booking[], inSight: readonly string[] = []) {
  const root = document.createElement('div')
  Object.defineProperty(root, 'offsetHeight', { value: HEIGHT_PX })
  root.getBoundingClientRect = () => new DOMRect(0, -DOWN_PX, 300, HEIGHT_PX)
  document.body.append(root)
  const sight: Sight = {
    inSight: () => inSight.map((key, place) => ({ key, topPx: 100 * place })),
    topOf: (key) => 100 * inSight.indexOf(key),
  }
  const listed = shallowRef(first)
  const [isComing, isPaused] = [ref(false), ref(false)]
  let answer: (mayCome: boolean) => void = () => undefined
  const parts: Parts = {
    isComing,
    isPaused,
    ask: () =>
      new Promise((resolve) => {
        answer = resolve
      }),
  }
  const list = scope.run(() => useLateParts(listed, parts, { root: shallowRef(root), lists: shallowRef([sight]) }))
  if (list === undefined) throw new Error('the scope is over')
  return { list, listed, root, isComing, isPaused, answer: (mayCome: boolean) => { answer(mayCome) } }
}
type List = ReturnType<typeof aList>

function shown({ list }: List): Record<string, string[]> {
  return Object.fromEntries(list.groups.value.map(({ key, bookings }) => [key, bookings.map(referenceOf)]))
}
async function told({ listed }: List, bookings: readonly Booking[]): Promise<void> {
  listed.value = bookings
  for (let turn = 0; turn < 4; turn += 1) await nextTick()
}

describe('the order', () => {
  it('is that of the showtimes, for whoever comes to the list; a group that has none is not told', () => {
    expect(shown(aList([booked('late', 3), booked('soon', 1)]))).toEqual({ coming: ['soon', 'late'] })
    expect(shown(aList([booked('past', -1), booked('soon', 1)]))).toEqual({ coming: ['soon'], past: ['past'] })
  })

  it('is made anew for what comes unasked', async () => {
    const aPage = aList([booked('one', -1), booked('three', -3)], ['one', 'three'])

    await told(aPage, [booked('one', -1), booked('three', -3), booked('two', -2)])
    expect(shown(aPage)).toEqual({ past: ['one', 'two', 'three'] })
  })

  it('lets nothing come between what is looked at, of what was asked for', async () => {
    const aPage = aList([booked('one', -1), booked('three', -3)], ['one', 'three'])

    void aPage.list.showMore()
    await told(aPage, [booked('one', -1), booked('three', -3), booked('two', -2)])
    expect(shown(aPage)).toEqual({ past: ['one', 'three', 'two'] })
  })
})

describe('the room', () => {
  it('is made while a part is on its way, and kept down to the window’s edge once it is there', async () => {
    const aPage = aList([booked('one', -1)], ['one'])
    expect(aPage.list.roomPx.value).toBe(0)

    void aPage.list.showMore()
    aPage.isComing.value = true
    await nextTick()
    expect(aPage.list.roomPx.value).toBeGreaterThan(HEIGHT_PX + window.innerHeight)

    await told(aPage, [booked('one', -1), booked('two', -2)])
    expect(aPage.list.roomPx.value).toBe(DOWN_PX + window.innerHeight)
  })

  it('is given back where the part can’t be had', async () => {
    const aPage = aList([booked('one', -1)])

    const asked = aPage.list.showMore()
    aPage.isComing.value = true
    await nextTick()
    aPage.answer(false)
    await asked
    expect(aPage.list.roomPx.value).toBe(DOWN_PX + window.innerHeight)
  })

  it('is given back while there is no connection, and the part is waited for', async () => {
    const aPage = aList([booked('one', -1)], ['one'])

    void aPage.list.showMore()
    aPage.isComing.value = true
    await nextTick()
    aPage.isPaused.value = true
    await nextTick()
    expect(aPage.list.isHeldUp.value).toBe(true)
    expect(aPage.list.roomPx.value).toBe(DOWN_PX + window.innerHeight)

    aPage.isPaused.value = false
    await told(aPage, [booked('one', -1), booked('two', -2)])
    expect(aPage.list.isHeldUp.value).toBe(false)
  })

  it('no part that nobody asked for is held up', async () => {
    const aPage = aList([booked('one', -1)])

    aPage.isPaused.value = true
    await nextTick()
    expect(aPage.list.isHeldUp.value).toBe(false)
  })
})

describe('taking one off', () => {
  it.each([
    ['leads on to the next one', 'one', '/bookings/two'],
    ['leads back from the last one', 'three', '/bookings/two'],
  ])('%s, and leaves no room', async (_, reference, to) => {
    const aPage = aList([booked('one', -1), booked('two', -2), booked('three', -3)])
    aPage.root.innerHTML = ['one', 'two', 'three'].map((each) => `<a href="/bookings/${each}"></a>`).join('')
    aPage.isComing.value = true
    await nextTick()
    const act = vi.fn(() => aPage.root.querySelector(`[href$=${reference}]`)?.remove())

    await aPage.list.takeOff(reference, act, shallowRef(null))
    expect(act).toHaveBeenCalledTimes(1)
    expect(document.activeElement?.getAttribute('href')).toBe(to)
    expect(aPage.list.roomPx.value).toBe(0)
  })
})
