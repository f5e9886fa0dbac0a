import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { stubLocks } from '@/testing/api'

import { forget, keep, kept, keptValue, namesKept, oneAtATime } from './device'

beforeEach(() => {
  localStorage.clear()
})
afterEach(() => {
  vi.unstubAllGlobals()
})

describe('a device that keeps what it is told', () => {
  it('has it by its name, until it is forgotten', () => {
    keep('matinee.a', 'one')
    expect([kept('matinee.a'), localStorage.getItem('matinee.a'), namesKept('matinee.')]).toEqual(['one', 'one', ['matinee.a']])

    forget('matinee.a')
    expect([kept('matinee.a'), namesKept('matinee.')]).toEqual([null, []])
  })

  it('makes nothing of what is no JSON', () => {
    keep('matinee.a', '{{')
    expect(keptValue('matinee.a')).toBeNull()
  })
})

describe('a device that is full', () => {
  it('has what was told in this tab, and not what was there before', () => {
    keep('matinee.a', 'old')
    const full = { ...localStorage, getItem: () => 'old', removeItem: () => undefined, setItem: () => { throw new DOMException('full', 'QuotaExceededError') } }
    vi.stubGlobal('localStorage', full)

    keep('matinee.a', 'new')

    expect(kept('matinee.a')).toBe('new')
    forget('matinee.a')
  })
})

describe('a device that refuses to keep anything', () => {
  beforeEach(() => {
    vi.stubGlobal('localStorage', new Proxy({}, { get: () => { throw new DOMException('denied', 'SecurityError') }, ownKeys: () => { throw new DOMException('denied', 'SecurityError') } }))
  })

  it('has it in this tab', () => {
    keep('matinee.a', 'one')
    expect([kept('matinee.a'), namesKept('matinee.')]).toEqual(['one', ['matinee.a']])
    forget('matinee.a')
    expect(kept('matinee.a')).toBeNull()
  })

  it('lets a tab act that gets no lock', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) } })
    expect(await oneAtATime('matinee.lock', () => Promise.resolve('done'))).toBe('done')
  })
})

describe('what one tab does at a time', () => {
  it('is done once, also when it fails', async () => {
    stubLocks()
    const act = vi.fn(() => Promise.reject(new DOMException('gone', 'AbortError')))
    await expect(oneAtATime('matinee.lock', act)).rejects.toThrow('gone')
    expect(act).toHaveBeenCalledTimes(1)
  })
})
