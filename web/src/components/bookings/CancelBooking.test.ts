import { onlineManager } from '@tanstack/vue-query'
import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'

import { json, problem } from '@/testing/api'
import { aBooking, answering, aPendingBooking, euro, REFERENCE } from '@/testing/bookings'
import { inAFreshBrowser } from '@/testing/browser'
import { mounted } from '@/testing/mount'

import CancelBooking from './CancelBooking.vue'

const QUOTE = { refund: euro(2160), retained: euro(240), fee: euro(100), cancel_until: '2026-11-23T18:15:00Z' }
const PATH = `/bookings/${REFERENCE}`

const sent = (asked: ReturnType<typeof answering>): unknown[] => asked.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body))
const dialog = (): string => document.querySelector('[role=dialog]')?.textContent ?? ''
const button = (text: string): HTMLButtonElement => {
  const found = [...document.querySelectorAll('button')].find((each) => each.textContent.includes(text))
  if (found === undefined) throw new Error(`no button “${text}” in ${dialog()}`)
  return found
}

inAFreshBrowser()

it('shows what comes back and what is kept before anything is done', async () => {
  const asked = answering({ [`GET ${PATH}/cancellation`]: () => json(QUOTE) })
  await mounted(CancelBooking, { booking: aBooking(), open: true })
  await flushPromises()

  expect(dialog()).toContain('€21.60')
  expect(dialog()).toContain('€2.40')
  expect(dialog()).toContain('€1.00')
  expect(button('Cancel and get').textContent).toContain('€21.60')
  expect(asked.every(({ method }) => method === 'GET')).toBe(true)
})

it('can’t be confirmed before it is known what comes back', async () => {
  answering({ [`GET ${PATH}/cancellation`]: () => new TypeError('offline') })
  await mounted(CancelBooking, { booking: aBooking(), open: true })
  await flushPromises()

  expect(button('Cancel this booking').disabled).toBe(true)
  expect(dialog()).not.toContain('get nothing back')
  expect(document.querySelector('[role=alert]')?.textContent).toContain('We can’t reach Matinee')
})

it('cancels once it is confirmed, and closes', async () => {
  const asked = answering({
    [`GET ${PATH}/cancellation`]: () => json(QUOTE),
    [`POST ${PATH}/cancel`]: () => json(aBooking({ state: 'cancelling', reason: 'customer' })),
  })
  const { page } = await mounted(CancelBooking, { booking: aBooking(), open: true })
  await flushPromises()
  button('Cancel and get').click()
  await flushPromises()

  expect(sent(asked)).toEqual([{ refund: QUOTE.refund }])
  expect(page.emitted('update:open')).toEqual([[false]])
})

it('is not put off until there is a connection: by then nobody may want it any more', async () => {
  onlineManager.setOnline(false)
  const asked = answering({
    [`GET ${PATH}/cancellation`]: () => json(QUOTE),
    [`POST ${PATH}/cancel`]: () => problem('cannot-cancel', 409, { reason: 'admitted', cancel_until: QUOTE.cancel_until }),
  })
  await mounted(CancelBooking, { booking: aPendingBooking(), open: true })
  await flushPromises()
  button('Give them up').click()
  await flushPromises()
  onlineManager.setOnline(true)

  expect(sent(asked)).toHaveLength(1)
  expect(dialog()).toContain('Close')
})

it('can’t be closed as if it were called off while it is under way', async () => {
  let answered = (): void => undefined
  const waiting = new Promise<void>((resolve) => {
    answered = resolve
  })
  answering({ [`GET ${PATH}/cancellation`]: () => json(QUOTE), [`POST ${PATH}/cancel`]: () => waiting.then(() => json(aBooking({ state: 'cancelling' }))) })
  const { page } = await mounted(CancelBooking, { booking: aBooking(), open: true })
  await flushPromises()
  button('Cancel and get').click()
  await flushPromises()

  document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
  await flushPromises()
  expect(button('Keep my booking').disabled).toBe(true)
  expect(page.emitted('update:open')).toBeUndefined()

  answered()
  await flushPromises()
  expect(page.emitted('update:open')).toEqual([[false]])
})

it.each([
  ['too_late', 'whoever shows them gets in'],
  ['admitted', 'talk to the cinema’s staff'],
  ['showtime_begun', 'ask at the cinema'],
  ['state', 'see how it stands now'],
])('says what to do where the booking can’t be cancelled (any more) because of %s, and offers nothing that fails', async (reason, advice) => {
  answering({ [`GET ${PATH}/cancellation`]: () => problem('cannot-cancel', 409, { reference: REFERENCE, reason, state: 'confirmed', cancel_until: QUOTE.cancel_until }) })
  await mounted(CancelBooking, { booking: aBooking(), open: true })
  await flushPromises()

  expect(dialog()).toContain('This booking can’t be cancelled any more')
  expect(dialog()).toContain(advice)
  expect(dialog()).not.toContain('get nothing back')
  expect(dialog()).not.toContain('Your tickets stop counting')
})

it('names all of the price where nothing is paid: nothing of it can be kept', async () => {
  const asked = answering({ [`POST ${PATH}/cancel`]: () => json(aPendingBooking({ state: 'cancelling', reason: 'customer' })) })
  const { page } = await mounted(CancelBooking, { booking: aPendingBooking(), open: true })
  await flushPromises()

  expect(dialog()).toContain('all of it goes back to you')
  button('Give them up').click()
  await flushPromises()
  expect(sent(asked)).toEqual([{ refund: euro(2500) }])
  expect(page.emitted('update:open')).toEqual([[false]])
})

it('shows the terms of what was paid meanwhile, and asks again', async () => {
  const answers = [problem('terms-changed', 409, { reference: REFERENCE, ...QUOTE }), json(aBooking({ state: 'cancelling', reason: 'customer' }))]
  const asked = answering({ [`POST ${PATH}/cancel`]: () => answers.shift() ?? new TypeError('asked too often') })
  const { page } = await mounted(CancelBooking, { booking: aPendingBooking(), open: true })
  await flushPromises()
  button('Give them up').click()
  await flushPromises()

  expect(dialog()).toContain('You have paid meanwhile')
  expect(dialog()).toContain('€2.40')
  expect(page.emitted('update:open')).toBeUndefined()
  button('Cancel and get').click()
  await flushPromises()
  expect(sent(asked)).toEqual([{ refund: euro(2500) }, { refund: QUOTE.refund }])
  expect(page.emitted('update:open')).toEqual([[false]])
})

it('keeps the focus while it asks anew, and leaves the page behind it free once it is closed', async () => {
  const behind = document.body.appendChild(document.createElement('button'))
  behind.focus()
  answering({ [`POST ${PATH}/cancel`]: () => problem('terms-changed', 409, { reference: REFERENCE, ...QUOTE }) })
  const { page } = await mounted(CancelBooking, { booking: aPendingBooking(), open: true, 'onUpdate:open': (open: boolean) => page.setProps({ open }) })
  await flushPromises()
  button('Give them up').click()
  await vi.waitUntil(() => dialog().includes('You have paid meanwhile'))
  // What the first question leaves behind, it takes away in a task of its own.
  await new Promise((resolve) => setTimeout(resolve))

  expect(document.querySelectorAll('[role=dialog]')).toHaveLength(1)
  expect(document.querySelector('[role=dialog]')?.contains(document.activeElement)).toBe(true)
  expect(behind.closest('[aria-hidden=true]')).not.toBeNull()
  expect(document.body.style).toMatchObject({ overflow: 'hidden', pointerEvents: 'none' })
  button('Keep my booking').click()
  await vi.waitUntil(() => document.querySelector('[role=dialog]') === null)
  await new Promise((resolve) => setTimeout(resolve))

  expect(document.activeElement).toBe(behind)
  expect(behind.closest('[aria-hidden=true]')).toBeNull()
  expect(document.body.style).toMatchObject({ overflow: '', pointerEvents: '' })
})

it('begins on what does no harm, whichever question it asks', async () => {
  answering({ [`POST ${PATH}/cancel`]: () => problem('terms-changed', 409, { reference: REFERENCE, ...QUOTE }) })
  await mounted(CancelBooking, { booking: aPendingBooking(), open: true })
  await flushPromises()
  expect(document.activeElement?.textContent).toBe('Keep my booking')
  button('Give them up').focus()
  button('Give them up').click()
  await vi.waitUntil(() => dialog().includes('You have paid meanwhile'))
  await new Promise((resolve) => setTimeout(resolve))

  expect(document.activeElement?.textContent).toBe('Keep my booking')
})

it('is another question where the money comes while it is asked, and says so', async () => {
  answering({ [`GET ${PATH}/cancellation`]: () => json(QUOTE) })
  const { page } = await mounted(CancelBooking, { booking: aPendingBooking(), open: true })
  await flushPromises()
  const first = document.querySelector('[role=dialog]')
  expect(dialog()).not.toContain('You have paid meanwhile')
  await page.setProps({ booking: aBooking() })
  await flushPromises()

  expect(dialog()).toContain('You have paid meanwhile')
  expect(dialog()).toContain('€2.40')
  expect(document.querySelector('[role=dialog]')).not.toBe(first)
})

it('keeps the focus while it is under way, and when that has failed', async () => {
  let fail = (): void => undefined
  const waiting = new Promise<void>((resolve) => {
    fail = resolve
  })
  answering({ [`GET ${PATH}/cancellation`]: () => json(QUOTE), [`POST ${PATH}/cancel`]: () => waiting.then(() => problem('too-many-requests', 429)) })
  await mounted(CancelBooking, { booking: aBooking(), open: true })
  await flushPromises()
  button('Cancel and get').focus()
  button('Cancel and get').click()
  await flushPromises()
  expect(document.querySelector('[role=dialog]')?.contains(document.activeElement)).toBe(true)
  fail()
  await flushPromises()

  expect(document.querySelector('[role=dialog]')?.contains(document.activeElement)).toBe(true)
})

it('sends one cancellation, however often it is pressed', async () => {
  const asked = answering({
    [`GET ${PATH}/cancellation`]: () => json(QUOTE),
    [`POST ${PATH}/cancel`]: () => json(aBooking({ state: 'cancelling', reason: 'customer' })),
  })
  await mounted(CancelBooking, { booking: aBooking(), open: true })
  await flushPromises()
  button('Cancel and get').click()
  button('Cancel and get').click()
  await flushPromises()

  expect(sent(asked)).toHaveLength(1)
})

it('speaks of no money where the booking cost none', async () => {
  const none = euro(0)
  const asked = answering({
    [`GET ${PATH}/cancellation`]: () => json({ ...QUOTE, refund: none, retained: none, fee: none }),
    [`POST ${PATH}/cancel`]: () => json(aBooking({ state: 'cancelled', reason: 'customer' })),
  })
  await mounted(CancelBooking, { booking: aBooking({ fee: none, total: none, attempts: [] }), open: true })
  await flushPromises()

  expect(dialog()).not.toMatch(/€|back to you|get nothing/)
  button('Cancel this booking').click()
  await flushPromises()
  expect(sent(asked)).toEqual([{ refund: none }])
})
