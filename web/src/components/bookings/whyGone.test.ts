import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope, ref, shallowRef } from 'vue'

import type { Hold } from '@/stores/selection'
import { aHold } from '@/testing/bookings'

import { useWhyGone } from './whyGone'

let scope: EffectScope
beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

function watched({ signedIn = true, isAccounts = true, expires = 60_000 } = {}) {
  const hold = shallowRef<Hold | null>(aHold({ expires_at: new Date(Date.now() + expires).toISOString() }))
  const isSignedIn = ref(signedIn)
  const why = scope.run(() => useWhyGone(hold, isAccounts, isSignedIn))
  return { hold, isSignedIn, why: () => why?.value }
}

describe('a hold that is gone', () => {
  it('was given back by logging out, if its owner is signed out a moment later', () => {
    const { hold, isSignedIn, why } = watched()
    hold.value = null
    expect(why()).toBeNull()
    vi.advanceTimersByTime(100)
    isSignedIn.value = false
    expect(why()).toBe('gaveBack')
  })

  it('was given back by logging out, if its owner was signed out before', () => {
    const { hold, isSignedIn, why } = watched()
    isSignedIn.value = false
    hold.value = null
    expect(why()).toBe('gaveBack')
  })

  it('that its owner gave back by hand was not given back by logging out later', () => {
    const { hold, isSignedIn, why } = watched()
    hold.value = null
    vi.advanceTimersByTime(60_000)
    isSignedIn.value = false
    expect(why()).toBeNull()
  })

  it('whose time ran out after the session ended is lost', () => {
    const { hold, why } = watched({ signedIn: false, expires: 1_000 })
    vi.advanceTimersByTime(1_100)
    hold.value = null
    expect(why()).toBe('lost')
  })

  it('of a guest has nothing to do with logging out', () => {
    const { hold, why } = watched({ signedIn: false, isAccounts: false })
    hold.value = null
    expect(why()).toBeNull()
  })

  it('is not gone once there is another', () => {
    const { hold, isSignedIn, why } = watched()
    isSignedIn.value = false
    hold.value = null
    hold.value = aHold()
    expect(why()).toBeNull()
  })
})
