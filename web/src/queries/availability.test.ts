import { VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'

import { inAFreshBrowser } from '@/testing/browser'
import { json } from '@/testing/api'

import { useAvailability, useStaleness } from './availability'
import { queryClient } from './client'

type Answer = () => Response | Error
const seats: Answer = () => json({ on_sale: true, seats_left: 2, rows: [] })
const tooMany = (waitS: number): Answer => () =>
  json({ type: '/problems/too-many-requests', title: '', status: 429, detail: '' }, 429, { 'Retry-After': String(waitS) })
const nobody: Answer = () => new TypeError('Failed to fetch')

/** Somebody who looks at the seats; the API answers as told, and goes on as it was told last. */
function looking(...answers: Answer[]) {
  const asked = { count: 0 }
  let last = nobody
  vi.stubGlobal('fetch', () => {
    asked.count += 1
    last = answers.shift() ?? last
    const answer = last()
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  })
  const made: (ReturnType<typeof useAvailability> & { staleness: ReturnType<typeof useStaleness> })[] = []
  mount(
    defineComponent({
      setup() {
        const availability = useAvailability('SHOW01')
        made.push({ ...availability, staleness: useStaleness(availability) })
        return () => null
      },
    }),
    { global: { plugins: [[VueQueryPlugin, { queryClient }]] } },
  )
  const [seen] = made
  if (seen === undefined) throw new Error('Nobody looks')
  return { ...seen, asked, answers }
}

async function pass(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1_000)
}

inAFreshBrowser()
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  queryClient.clear()
})

describe('seats that are looked at', () => {
  it('are as good as current where the API is too busy for a moment', async () => {
    const { staleness, asked } = looking(seats, tooMany(1), tooMany(1), seats)
    const seen = []
    for (let s = 0; s < 9; s += 1) {
      await pass(1)
      seen.push(staleness.value)
    }

    expect(asked.count).toBeGreaterThan(4)
    expect(new Set(seen)).toEqual(new Set([null]))
  })

  it('are delayed, not lost, where it stays too busy, until they come again by themselves', async () => {
    const { staleness, answers } = looking(seats, tooMany(1))
    await pass(20)
    expect(staleness.value).toBe('delayed')

    answers.push(seats)
    await pass(5)

    expect(staleness.value).toBeNull()
  })

  it('are delayed as soon as the API wants to be left alone for longer, and not asked for meanwhile', async () => {
    const { staleness, asked } = looking(seats, tooMany(30))
    await pass(3)
    expect(staleness.value).toBe('delayed')

    await pass(25)

    expect(asked.count).toBe(2)
  })

  it('are lost from sight as soon as nobody answers', async () => {
    const { staleness } = looking(seats, nobody)
    await pass(4)

    expect(staleness.value).toBe('lost')
  })

  it('that could not be shown are asked for again by the person, who reads why meanwhile', async () => {
    const { isError, data, refetch, asked, answers } = looking(tooMany(1))
    await pass(5)
    const before = asked.count
    await pass(30)
    expect([isError.value, asked.count]).toEqual([true, before])

    answers.push(seats)
    void refetch()
    await pass(1)

    expect(data.value?.seats_left).toBe(2)
  })
})
