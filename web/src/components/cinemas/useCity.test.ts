import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'

import type { Cinema } from '@/queries/cinemas'
import { mounted } from '@/testing/mount'

import { useCity } from './useCity'

const BERLIN = { id: 'B', name: 'Lichtburg', city: 'Berlin', time_zone: 'Europe/Berlin' } as Cinema

const Page = defineComponent(() => {
  const { city } = useCity(ref([BERLIN]))
  return () => h('p', city.value ?? '')
})

beforeEach(() => {
  localStorage.clear()
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

describe('the city', () => {
  it('is told in the address', async () => {
    const { router } = await mounted(Page)
    await flushPromises()

    expect(router.currentRoute.value.fullPath).toBe('/?city=Berlin')
  })

  it('does not take the place of where the person goes, even while its own way there is given up for that', async () => {
    const { router } = await mounted(Page)
    // Its address is on the way, and the person is quicker; what they go to takes a while to load.
    router.beforeEach(async (to) => {
      if (to.name === 'bookings') await new Promise((loaded) => setTimeout(loaded, 20))
    })
    await router.push({ name: 'bookings' })
    await flushPromises()

    expect(router.currentRoute.value.name).toBe('bookings')
  })
})
