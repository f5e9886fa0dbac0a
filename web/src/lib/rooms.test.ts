import { describe, expect, it } from 'vitest'

import { aRoom } from '@/testing/rooms'

import { spansOf } from './rooms'

describe('seats told in short', () => {
  it('are spans where three and more stand side by side', () => {
    expect(spansOf(aRoom('sssss'), ['A-1', 'A-2', 'A-3', 'A-5'])).toEqual(['A1–A3', 'A5'])
  })

  it('are named each where they are two', () => {
    expect(spansOf(aRoom('sssss'), ['A-2', 'A-1'])).toEqual(['A1', 'A2'])
  })

  it('reach over no aisle and no gap, and into no other row', () => {
    expect(spansOf(aRoom('ss-ss', 'ss_ss'), ['A-1', 'A-2', 'A-3', 'B-1', 'B-2', 'B-4'])).toEqual(['A1', 'A2', 'A3', 'B1', 'B2', 'B4'])
  })
})
