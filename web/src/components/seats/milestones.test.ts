import { expect, it } from 'vitest'

import { milestone } from './milestones'

it('speaks at five, two and one minutes and at thirty seconds', () => {
  expect([300, 120, 60, 30].map((at) => milestone(at + 1, at))).toEqual([300, 120, 60, 30])
})

it('is silent between them, before and at the end', () => {
  expect([milestone(600, 599), milestone(300, 299), milestone(59, 58), milestone(1, 0)]).toEqual([null, null, null, null])
})

it('says the last one passed while nobody looked', () => {
  expect(milestone(400, 55)).toBe(60)
})

it('says nothing when time is added', () => {
  expect(milestone(100, 600)).toBeNull()
})
