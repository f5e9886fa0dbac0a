import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { answer, api } from '@/api/client'
import { NoAnswer, type Problem, Refusal, refusalOf, waitToldBy } from '@/api/problems'
import { anApi, json } from '@/testing/api'

import { queryClient } from './client'
import { mayAskAgain, noSoonerThanTold, pauseBefore } from './patience'

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
    queryClient.clear()
  })

  it('waits as long as the API says, and is answered then', async () => {
    const asked = anApi(
      json({ type: '/problems/unavailable', title: '', status: 503, detail: '', retry_after_s: 4 }, 503, { 'Retry-After': '4' }),
      json({ cinemas: [] }),
    )
    const answered = queryClient.fetchQuery({
      queryKey: ['patience'],
      queryFn: () => answer(api.GET('/v1/cinemas')),
      ...queryClient.getDefaultOptions().queries,
    })

    await vi.advanceTimersByTimeAsync(3_900)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_200)
    expect(await answered).toEqual({ cinemas: [] })
  })
})
