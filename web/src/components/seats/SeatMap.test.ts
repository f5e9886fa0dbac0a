import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'
import { defineComponent, h } from 'vue'

import { mounted } from '@/testing/mount'
import { aRoom } from '@/testing/rooms'

import SeatMap from './SeatMap.vue'
import { seatStates } from './seatStates'
import { useSpoken } from './useSpoken'

const room = aRoom('wc-ss', 'ssss')
const prices = {
  id: '01',
  cinema_id: '01',
  name: 'Weekday',
  currency: 'EUR',
  version: 1,
  ticket_types: [{ id: 'adult', name: 'Adult' }],
  prices: [
    { ticket_type: 'adult', category: 'standard' as const, minor: 1200 },
    { ticket_type: 'adult', category: 'wheelchair' as const, minor: 850 },
  ],
}
let toggled: string[] = []

/** B1 is taken, A4 picked, A3 lost. */
const Shown = defineComponent({
  setup() {
    const spoken = useSpoken(() => prices)
    const states = seatStates(room, new Set(['B-1']), ['A-4', 'A-3'], ['A-3'], [])
    return () => h(SeatMap, { room, states, spoken: spoken.value, onToggle: (seat: string) => toggled.push(seat) })
  },
})

async function shown(): Promise<VueWrapper> {
  return (await mounted(Shown)).page
}

function seat(page: VueWrapper, ref: string): ReturnType<VueWrapper['find']> {
  return page.find(`[data-seat="${ref}"]`)
}

beforeEach(() => {
  localStorage.clear()
  toggled = []
})
afterEach(() => {
  document.body.innerHTML = ''
})

describe('a seat of the map', () => {
  it('says where it is, what it is, what it costs and how it stands', async () => {
    const page = await shown()

    expect(seat(page, 'B-2').attributes('aria-label')).toBe('Row B, seat 2, Standard, €12.00, available')
    expect(seat(page, 'A-1').attributes('aria-label')).toBe('Row A, seat 1, Wheelchair place, €8.50, available')
    expect(seat(page, 'A-2').attributes('aria-label')).toContain('not sold online')
    expect(seat(page, 'B-1').attributes('aria-label')).toContain('taken')
    expect(seat(page, 'A-3').attributes('aria-label')).toContain('just taken by somebody else')
  })

  it('is a checkbox, checked when picked and disabled when taken', async () => {
    const page = await shown()

    expect(seat(page, 'A-4').attributes()).toMatchObject({ role: 'checkbox', 'aria-checked': 'true' })
    expect(seat(page, 'B-1').attributes()).toMatchObject({ 'aria-checked': 'false', 'aria-disabled': 'true' })
    expect(seat(page, 'B-2').attributes('aria-disabled')).toBeUndefined()
  })

  it('is picked by a click, the space bar and Enter', async () => {
    const page = await shown()

    await seat(page, 'B-2').trigger('click')
    await seat(page, 'B-3').trigger('keydown', { key: ' ' })
    await seat(page, 'B-4').trigger('keydown', { key: 'Enter' })

    expect(toggled).toEqual(['B-2', 'B-3', 'B-4'])
  })
})

describe('the Tab key', () => {
  it('leads to one seat only, and arrows from there', async () => {
    const page = await shown()
    const stops = (): string[] => page.findAll('[tabindex="0"][data-seat]').map((each) => each.attributes('data-seat') ?? '')
    expect(stops()).toHaveLength(1)

    await seat(page, 'B-2').trigger('keydown', { key: 'ArrowRight' })
    expect(stops()).toEqual(['B-3'])
    expect(document.activeElement?.getAttribute('data-seat')).toBe('B-3')

    await seat(page, 'B-3').trigger('keydown', { key: 'ArrowUp' })
    expect(stops()).toEqual(['A-3'])
  })

  it('leaves keys alone that the browser needs', async () => {
    const page = await shown()
    await seat(page, 'A-2').trigger('keydown', { key: 'ArrowRight', altKey: true })
    await seat(page, 'A-2').trigger('keydown', { key: 'Tab' })

    expect(seat(page, 'A-3').attributes('tabindex')).toBe('-1')
    expect(toggled).toEqual([])
  })
})
