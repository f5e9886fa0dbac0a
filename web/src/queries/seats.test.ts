import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent } from 'vue'

import { anApi, json, problem } from '@/testing/api'

import { useAvailability } from './availability'
import { queryClient } from './client'
import { askForSeats } from './seats'
import { useShowtime } from './showtimes'

const SHOWTIME = { id: '01', plan_id: '02', plan_version: 3, price_list_id: '04' }

const Shown = defineComponent({
  setup() {
    useShowtime('01')
    useAvailability('01')
    return () => null
  },
})

afterEach(() => {
  queryClient.clear()
})

describe('what choosing seats begins with', () => {
  it('is asked for all at once, but for what only the showtime names', async () => {
    const asked = anApi(json({ rows: [] }), json(SHOWTIME), json({ rows: [] }), json({ ticket_types: [] }))

    await askForSeats('01')

    const paths = asked.map(({ path }) => path.replace('/api/v1/', ''))
    expect(paths.slice(0, 2)).toEqual(['showtimes/01/availability', 'showtimes/01'])
    expect(paths.slice(2).sort()).toEqual(['price-lists/04', 'seating-plans/02/versions/3'])
  })

  it('is not asked for again while it is fresh', async () => {
    const asked = anApi(json({ rows: [] }), json(SHOWTIME), json({ rows: [] }), json({ ticket_types: [] }))

    await askForSeats('01')
    await askForSeats('01')

    expect(asked).toHaveLength(4)
  })

  it('ends with a showtime that is not there: whoever shows it tells so', async () => {
    const asked = anApi(json({ rows: [] }), problem('not-found', 404))

    await expect(askForSeats('01')).resolves.toBeUndefined()
    expect(asked).toHaveLength(2)
  })

  it('is refused once where the showtime is not there, though the page looks for it too', async () => {
    const asked = anApi(problem('not-found', 404), problem('not-found', 404))

    await askForSeats('01')
    const shown = mount(Shown, { global: { plugins: [[VueQueryPlugin, { queryClient }]] } })
    await flushPromises()
    shown.unmount()

    expect(asked.map(({ path }) => path.replace('/api/v1/', ''))).toEqual(['showtimes/01/availability', 'showtimes/01'])
  })

  it('is put off once by an API that wants to be left alone for longer, though the page looks for it too', async () => {
    const later = (): Response => json({ type: '/problems/unavailable', title: '', status: 503, detail: '' }, 503, { 'Retry-After': '60' })
    const asked = anApi(later(), later())

    await askForSeats('01')
    const shown = mount(Shown, { global: { plugins: [[VueQueryPlugin, { queryClient }]] } })
    await flushPromises()
    shown.unmount()

    expect(asked).toHaveLength(2)
  })
})
