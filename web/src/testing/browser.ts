/** For tests: each begins in a browser that keeps nothing and where nobody is signed in, and leaves nothing behind. */
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, vi } from 'vitest'

import { signedOut } from '@/api/credentials'

import { stubLocks } from './api'

export function inAFreshBrowser(): void {
  beforeEach(() => {
    signedOut()
    localStorage.clear()
    stubLocks()
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    document.body.innerHTML = ''
  })
  // The last one is done first: what is shown is taken away before the document is emptied.
  enableAutoUnmount(afterEach)
}
