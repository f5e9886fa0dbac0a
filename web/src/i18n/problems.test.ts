import { beforeAll, describe, expect, it } from 'vitest'
import { defineComponent } from 'vue'

import { NoAnswer, type Problem, Refusal } from '@/api/problems'
import { mounted } from '@/testing/mount'

import { useProblemText } from './problems'

let adviceFor: (error: unknown) => string = () => ''

const refused = (slug: string, status: number, waitS: number | null): Refusal =>
  new Refusal({ type: `/problems/${slug}`, title: slug, status, detail: '', retry_after_s: waitS ?? 0 } as unknown as Problem, waitS === null ? null : waitS * 1_000)

beforeAll(async () => {
  await mounted(
    defineComponent({
      setup() {
        const text = useProblemText()
        adviceFor = (error) => text(error).advice
        return () => null
      },
    }),
  )
})

describe('what to do about what passes by itself', () => {
  it.each([
    [refused('too-many-requests', 429, null), 'Wait a moment, then try again.'],
    [refused('too-many-requests', 429, 2), 'Wait a moment, then try again.'],
    [refused('unavailable', 503, 9), 'Try again in a moment. Nothing you did is lost.'],
    [refused('too-many-requests', 429, 45), 'Try again in a minute. Nothing you did is lost.'],
    [refused('unavailable', 503, 90), 'Try again in 2 minutes. Nothing you did is lost.'],
    [new NoAnswer('503 without a problem', { waitMs: 60_000 }), 'Try again in a minute. Nothing you did is lost.'],
  ])('tells when, where the API does: %o', (error, advice) => {
    expect(adviceFor(error)).toBe(advice)
  })

  it('is the problem’s own where it tells more', () => {
    expect(adviceFor(refused('hold-limit-reached', 429, 90))).not.toContain('2 minutes')
  })
})
