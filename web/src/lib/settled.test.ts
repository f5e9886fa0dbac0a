import { describe, expect, it } from 'vitest'
import { nextTick, ref } from 'vue'

import { settled } from './settled'

describe('what was told of the last try', () => {
  it('stays while it is tried again, and goes with what comes of that', async () => {
    const error = ref<string | null>('refused')
    const isPending = ref(false)
    const told = settled(() => error.value, () => isPending.value)

    error.value = null
    isPending.value = true
    await nextTick()
    expect(told.value).toBe('refused')

    isPending.value = false
    await nextTick()
    expect(told.value).toBeNull()
  })

  it('is not there before the first has ended', async () => {
    const error = ref<string | null>(null)
    const isPending = ref(true)
    const told = settled(() => error.value, () => isPending.value)

    error.value = 'refused'
    await nextTick()
    expect(told.value).toBeNull()

    isPending.value = false
    await nextTick()
    expect(told.value).toBe('refused')
  })
})
