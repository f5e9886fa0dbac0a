import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'

import { aBooking, someTickets } from '@/testing/bookings'
import { inAFreshBrowser } from '@/testing/browser'
import { mounted } from '@/testing/mount'

import TicketViewer from './TicketViewer.vue'

inAFreshBrowser()

const Opened = defineComponent(() => {
  const shown = ref<number | null>(0)
  const show = (next: number | null): void => {
    shown.value = next
  }
  return () => h(TicketViewer, { tickets: someTickets(), showtime: aBooking().showtime, modelValue: shown.value, 'onUpdate:modelValue': show })
})
const dialog = (): string => document.querySelector('[role=dialog]')?.textContent ?? ''

function button(name: string): HTMLButtonElement {
  const found = document.querySelector<HTMLButtonElement>(`[role=dialog] button[aria-label="${name}"]`)
  if (found === null) throw new Error(`no button “${name}” in ${dialog()}`)
  return found
}

it('keeps the focus at the last ticket, so that the arrow keys go back from there', async () => {
  await mounted(Opened)
  await flushPromises()
  const next = button('Next ticket')
  next.focus()
  next.click()
  await flushPromises()

  expect(dialog()).toContain('Seat C5')
  expect(next.getAttribute('aria-disabled')).toBe('true')
  expect(document.activeElement).toBe(next)

  next.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }))
  await flushPromises()
  expect(dialog()).toContain('Seat C4')
})

it('shows no ticket beyond the last one', async () => {
  await mounted(Opened)
  await flushPromises()
  button('Previous ticket').click()
  await flushPromises()
  expect(dialog()).toContain('Seat C4')

  button('Next ticket').click()
  button('Next ticket').click()
  button('Next ticket').click()
  await flushPromises()
  expect(dialog()).toContain('Seat C5')
})
