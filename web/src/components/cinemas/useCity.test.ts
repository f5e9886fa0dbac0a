import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { defineComponent, ref } from 'vue'

import { i18n } from '@/i18n'
import type { Cinema } from '@/queries/cinemas'
import { mounted } from '@/testing/mount'

import { useCity } from './useCity'

const cinema = (city: string): Cinema => ({
  id: city, name: city, street: '', city, country: 'DE', time_zone: 'Antarctica/Troll', currency: 'EUR', status: 'published',
  cancellation: { closes_minutes: 60, refund_per_cent: 100 }, day_starts_hour: 6, version: 1, created_at: '', updated_at: '',
})

async function at(path: string) {
  const cinemas = ref([cinema('Berlin'), cinema('Berlin'), cinema('Hamburg')])
  let chosen: ReturnType<typeof useCity> | undefined
  const View = defineComponent({
    setup() {
      chosen = useCity(cinemas)
      return () => null
    },
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', name: 'here', component: View }] })
  await router.push(path)
  mount({ template: '<RouterView />' }, { global: { plugins: [i18n, router, createPinia(), [VueQueryPlugin, { queryClient: new QueryClient() }]] } })
  await flushPromises()
  if (chosen === undefined) throw new Error('The view was not shown')
  return { router, city: chosen.city, choose: chosen.choose }
}

beforeEach(() => {
  localStorage.clear()
})

describe('the city', () => {
  it('that is shown stands in the address, beside all else', async () => {
    const { router, city } = await at('/?genre=Drama')
    expect(city.value).toBe('Berlin')
    expect(router.currentRoute.value.query).toEqual({ genre: 'Drama', city: 'Berlin' })
  })
  it('of the address is shown, though another is remembered', async () => {
    localStorage.setItem('matinee.city', 'Berlin')
    const { city } = await at('/?city=hamburg')
    expect(city.value).toBe('Hamburg')
  })
  it('that is chosen is remembered, and drops the cinema of the one before', async () => {
    const { router, choose } = await at('/?city=Berlin&cinema=B&genre=Drama')
    choose('Hamburg')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ city: 'Hamburg', genre: 'Drama' })
    expect(localStorage.getItem('matinee.city')).toBe('Hamburg')
  })
  it('does not take the place of where the person goes, even while its own way is given up for that', async () => {
    const { router } = await mounted(defineComponent(() => {
      useCity(ref([cinema('Berlin')]))
      return () => null
    }))
    // Its address is on the way, and the person is quicker; what they go to takes a while to load.
    router.beforeEach(async (to) => {
      if (to.name === 'bookings') await new Promise((loaded) => setTimeout(loaded, 20))
    })
    await router.push({ name: 'bookings' })
    await flushPromises()
    expect(router.currentRoute.value.name).toBe('bookings')
  })
})
