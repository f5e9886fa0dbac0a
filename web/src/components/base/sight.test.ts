import { expect, it, vi } from 'vitest'

import { keepInSight, type Sight } from './sight'

/** A list whose entries are where `tops` says, of a window's coordinates. */
function aList(tops: Record<string, number>): Sight {
  return {
    inSight: () => Object.entries(tops).filter(([, topPx]) => topPx >= 0).map(([key, topPx]) => ({ key, topPx })),
    topOf: (key) => tops[key] ?? null,
  }
}

it('the window goes along with what comes above what is in sight', async () => {
  const scrolled = vi.spyOn(window, 'scrollBy').mockImplementation(() => undefined)
  const tops: Record<string, number> = { above: -200, first: 40, second: 300 }
  const told: string[][] = []
  const room = vi.fn()
  await keepInSight([aList({ later: 600 }), aList(tops)], (inSight) => {
    told.push([...inSight])
    tops['first'] = 190
    tops['second'] = 700
  }, room)

  expect(room).toHaveBeenCalledWith(150)
  expect(room.mock.invocationCallOrder[0]).toBeLessThan(scrolled.mock.invocationCallOrder[0] ?? 0)
  expect(told).toEqual([['first', 'second', 'later']])
  expect(scrolled.mock.calls).toEqual([[{ top: 150, behavior: 'instant' }]])
})

it('the window follows the next one in sight where the first is gone', async () => {
  const scrolled = vi.spyOn(window, 'scrollBy').mockImplementation(() => undefined)
  const tops: Record<string, number> = { first: 40, second: 300 }
  await keepInSight([aList(tops)], () => {
    delete tops['first']
    tops['second'] = 240
  }, () => undefined)

  expect(scrolled.mock.calls).toEqual([[{ top: -60, behavior: 'instant' }]])
})

it('the window stays where the browser has gone along, but for a part of a pixel', async () => {
  const scrolled = vi.spyOn(window, 'scrollBy').mockImplementation(() => undefined)
  const tops: Record<string, number> = { first: 40 }
  await keepInSight([aList(tops)], () => {
    tops['first'] = 40.6
  }, () => undefined)

  expect(scrolled).not.toHaveBeenCalled()
})
