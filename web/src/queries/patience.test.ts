import { focusManager } from '@tanstack/vue-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { answer, api } from '@/api/client'
import { NoAnswer, type Problem, Refusal, refusalOf, waitToldBy } from '@/api/problems'
import { anApi, json } from '@/testing/api'

import { queryClient } from './client'
import { insistently, mayAskAgain, noSoonerThanTold, pauseBefore } from './patience'

const refused = (slug: string, status: number, waitS: number | null): Refusal =>
  new Refusal({ type: `/problems/${slug}`, title: slug, status, detail: '' } as Problem, waitS === null ? null : waitS * 1000)
const busy = (waitS: number | null): Refusal => refused('unavailable', 503, waitS)
const throttled = (waitS: number | null): Refusal => refused('too-many-requests', 429, waitS)
const told = (headers: Record<string, string>): number | null => waitToldBy(new Response(null, { headers }))

describe('Retry-After', () => {
  it('is read in seconds', () => {
    expect(told({ 'Retry-After': '7' })).toBe(7_000)
  })

  it('is read as a moment by the clock of whoever answered', () => {
    expect(told({ 'Retry-After': 'Sun, 06 Nov 1994 08:49:40 GMT', Date: 'Sun, 06 Nov 1994 08:49:37 GMT' })).toBe(3_000)
  })

  it.each([{}, { 'Retry-After': 'soon' }])('is not made up: %o', (headers) => {
    expect(told(headers)).toBeNull()
  })

  it('is kept of what answers in the place of the API, too', async () => {
    const error = await refusalOf(new Response('<h1>Busy</h1>', { status: 503, headers: { 'Retry-After': '4' } }))

    expect(error).toBeInstanceOf(NoAnswer)
    expect(error.waitMs).toBe(4_000)
  })
})

describe('what could not be answered', () => {
  it.each([
    ['a fault', refused('internal', 500, null), 3],
    ['too much to do', busy(2), 3],
    ['no answer', new NoAnswer('gone'), 3],
    ['too much asked, until when is told', throttled(2), 1],
    ['too much asked, nobody says until when', throttled(null), 0],
    ['a wait that is too long for a person', busy(60), 0],
    ['a refusal', refused('not-found', 404, null), 0],
  ])('is asked again so many times: %s', (_, error, times) => {
    const asked = [0, 1, 2, 3].filter((failures) => mayAskAgain(failures, error))

    expect(asked).toHaveLength(times)
  })

  it('is never asked again sooner than told', () => {
    const pauses = Array.from({ length: 50 }, () => pauseBefore(0, busy(3)))

    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(3_000)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(3_750)
  })

  it('waits longer each time where nobody tells for how long', () => {
    const least = [0, 1, 2].map((failures) => Math.min(...Array.from({ length: 50 }, () => pauseBefore(failures, busy(null)))))

    expect(least[1]).toBeGreaterThan(least[0] ?? 0)
    expect(least[2]).toBeGreaterThan(least[1] ?? 0)
  })

  it('is not forgotten about, however long the API wants to be left alone', () => {
    expect(noSoonerThanTold(2_000, busy(86_400))).toBe(60_000)
    expect(noSoonerThanTold(2_000, null)).toBe(2_000)
  })
})

describe('a question of the page', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
    focusManager.setFocused(undefined)
    queryClient.clear()
  })

  const busyFor = (waitS: number): Response =>
    json({ type: '/problems/unavailable', title: '', status: 503, detail: '', retry_after_s: waitS }, 503, { 'Retry-After': String(waitS) })

  /** Answered after so many seconds each, one try after the other; never, if there are no more. */
  function slowly(...answers: [afterS: number, answer: () => Response][]): { count: number } {
    const asked = { count: 0 }
    vi.stubGlobal('fetch', async () => {
      const next = answers[asked.count]
      asked.count += 1
      if (next === undefined) return await new Promise(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, next[0] * 1_000))
      return next[1]()
    })
    return asked
  }

  const askThis = (name = 'patience'): Promise<unknown> =>
    queryClient.fetchQuery({
      queryKey: [name],
      queryFn: () => answer(api.GET('/v1/cinemas')),
      ...queryClient.getDefaultOptions().queries,
    })

  /** What comes of it, and after how many seconds. */
  async function outcome(asked: Promise<unknown>): Promise<{ told: unknown; afterS: number }> {
    const before = Date.now()
    let afterS: number | null = null
    const told = asked.catch((error: unknown) => error).finally(() => {
      afterS = (Date.now() - before) / 1_000
    })
    for (let s = 0; afterS === null && s < 90; s += 0.1) await vi.advanceTimersByTimeAsync(100)
    expect(afterS, 'told at all').not.toBeNull()
    return { told: await told, afterS: afterS ?? NaN }
  }

  it('waits as long as the API says, and is answered then', async () => {
    const asked = anApi(busyFor(4), json({ cinemas: [] }))
    const answered = askThis()

    await vi.advanceTimersByTimeAsync(3_900)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_200)
    expect(await answered).toEqual({ cinemas: [] })
  })

  it.each([1, 3, 5, 10])('that is not answered is told of within ten seconds, whatever wait is asked for: %i s', async (waitS) => {
    anApi(...Array.from({ length: 6 }, () => busyFor(waitS)))

    const { told, afterS } = await outcome(askThis())

    expect(told).toMatchObject({ problem: { type: '/problems/unavailable' } })
    expect(afterS).toBeLessThan(11)
  })

  it('that fails slowly is told of as soon', async () => {
    const asked = slowly(...Array.from({ length: 6 }, (): [number, () => Response] => [5, () => busyFor(1)]))

    const { told, afterS } = await outcome(askThis())

    expect(told).toMatchObject({ problem: { type: '/problems/unavailable' } })
    expect([asked.count, afterS < 13]).toEqual([2, true])
  })

  it('that failed and is not answered when it is asked again is told of by why it failed', async () => {
    slowly([0, () => busyFor(1)])

    const { told, afterS } = await outcome(askThis())

    expect(told).toMatchObject({ problem: { type: '/problems/unavailable' } })
    expect(afterS).toBeLessThan(13)
  })

  it('is not cut off while nothing has failed: a slow connection gets its answer', async () => {
    slowly([45, () => json({ cinemas: [] })])

    expect((await outcome(askThis())).told).toEqual({ cinemas: [] })
  })

  it('that an answer leads to which took its time is not waited for as long once more', async () => {
    const asked = anApi(busyFor(4), busyFor(4), json({ cinemas: [] }), busyFor(4))
    const first = await outcome(askThis('showtime'))

    const next = await outcome(askThis('plan'))

    expect(next.told).toMatchObject({ problem: { type: '/problems/unavailable' } })
    expect(first.afterS + next.afterS).toBeLessThan(11)
    expect(asked).toHaveLength(4)
  })

  it('that is asked once more by the person is waited for anew', async () => {
    anApi(busyFor(6), busyFor(6), busyFor(6), json({ cinemas: [] }))
    await outcome(askThis())

    expect((await outcome(askThis())).told).toEqual({ cinemas: [] })
  })

  it('that failed before the person turned away is answered when they come back', async () => {
    slowly([0, () => busyFor(1)], [0.1, () => json({ cinemas: [] })])
    queryClient.mount()
    const answered = askThis().catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(100)

    focusManager.setFocused(false)
    await vi.advanceTimersByTimeAsync(60_000)
    focusManager.setFocused(true)
    await vi.advanceTimersByTimeAsync(1_000)

    expect(await answered).toEqual({ cinemas: [] })
    queryClient.unmount()
  })

  it('that is one of a person’s own acts is told of within ten seconds, too', async () => {
    const asked = anApi(...Array.from({ length: 6 }, () => busyFor(4)))

    const { told, afterS } = await outcome(insistently(() => answer(api.POST('/v1/bookings', { body: { name: 'Ada', other_seats_agreed: false } }))))

    expect(told).toMatchObject({ problem: { type: '/problems/unavailable' } })
    expect([asked.length, afterS < 11]).toEqual([3, true])
  })
})
