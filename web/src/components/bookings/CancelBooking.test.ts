import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { json, problem, stubLocks } from '@/testing/api'
import { aBooking, answering, aPendingBooking, euro, REFERENCE } from '@/testing/bookings'
import { mounted } from '@/testing/mount'

import CancelBooking from './CancelBooking.vue'

const QUOTE = { refund: euro(2160), retained: euro(240), fee: euro(100), cancel_until: '2026-11-23T18:15:00Z' }
const PATH = `/bookings/${REFERENCE}`

const dialog = (): string => document.querySelector('[role=dialog]')?.textContent ?? ''
const button = (text: string): HTMLButtonElement => {
  const found = [...document.querySelectorAll('button')].find((each) => each.textContent.includes(text))
  if (found === undefined) throw new Error(`no button “${text}” in ${dialog()}`)
  return found
}

beforeEach(() => {
  localStorage.clear()
  stubLocks()
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

it('shows what comes back and what is kept before anything is done', async () => {
  const asked = answering({ [`GET ${PATH}/cancellation`]: () => json(QUOTE) })
  await mounted(CancelBooking, { booking: aBooking(), open: true })
  await flushPromises()

  expect(dialog()).toContain('€21.60')
  expect(dialog()).toContain('€2.40')
  expect(dialog()).toContain('€1')
  expect(button('Cancel and get').textContent).toContain('€21.60')
  expect(asked.every(({ method }) => method === 'GET')).toBe(true)
})

it('can’t be confirmed before it is known what comes back', async () => {
  answering({ [`GET ${PATH}/cancellation`]: () => new TypeError('offline') })
  await mounted(CancelBooking, { booking: aBooking(), open: true })
  await flushPromises()

  expect(button('Cancel, get nothing back').disabled).toBe(true)
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

  expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1)
  expect(page.emitted('update:open')).toEqual([[false]])
})

it('says so when the booking can’t be cancelled (any more), and offers nothing that fails', async () => {
  answering({ [`GET ${PATH}/cancellation`]: () => problem('cannot-cancel', 409, { reference: REFERENCE }) })
  await mounted(CancelBooking, { booking: aBooking(), open: true })
  await flushPromises()

  expect(dialog()).toContain('This booking can’t be cancelled any more')
  expect(dialog()).not.toContain('get nothing back')
})

it('asks about no money where nothing was paid', async () => {
  const asked = answering({
    [`POST ${PATH}/confirm`]: () => json(aPendingBooking()),
    [`POST ${PATH}/cancel`]: () => json(aPendingBooking({ state: 'cancelling', reason: 'customer' })),
  })
  await mounted(CancelBooking, { booking: aPendingBooking(), open: true })
  await flushPromises()

  expect(dialog()).toContain('all of it goes back to you')
  button('Give them up').click()
  await flushPromises()
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([`POST /api/v1${PATH}/confirm`, `POST /api/v1${PATH}/cancel`])
})

it('gives nothing up that was paid meanwhile: of that, a part may be kept', async () => {
  const asked = answering({ [`POST ${PATH}/confirm`]: () => json(aBooking()) })
  await mounted(CancelBooking, { booking: aPendingBooking(), open: true })
  await flushPromises()
  button('Give them up').click()
  await flushPromises()

  expect(asked.map(({ path }) => path)).toEqual([`/api/v1${PATH}/confirm`])
})

it('gives up what is unpaid as far as anybody knows', async () => {
  const asked = answering({
    [`POST ${PATH}/confirm`]: () => problem('payment-provider-unavailable', 503),
    [`POST ${PATH}/cancel`]: () => json(aPendingBooking({ state: 'cancelling', reason: 'customer' })),
  })
  await mounted(CancelBooking, { booking: aPendingBooking(), open: true })
  await flushPromises()
  button('Give them up').click()
  await flushPromises()

  expect(asked.at(-1)?.path).toBe(`/api/v1${PATH}/cancel`)
})
