import { effectScope, nextTick, ref } from 'vue'
import { describe, expect, it } from 'vitest'

import { pageSubject, usePageTitle } from './pageTitle'

describe('what the page is about', () => {
  it('is said by its component, as soon as it knows, and for as long as it is there', async () => {
    const name = ref<string>()
    const scope = effectScope()
    scope.run(() => {
      usePageTitle(name)
    })
    expect(pageSubject.value).toBeNull()
    name.value = 'The Understudy'
    await nextTick()
    expect(pageSubject.value).toBe('The Understudy')
    scope.stop()
    expect(pageSubject.value).toBeUndefined()
  })
})
