import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { signedIn, signedOut } from '@/api/credentials'
import { allKept, keepBooking, keptBooking } from '@/lib/keptBookings'
import { forgetAccountsSelections } from '@/lib/keptSelections'
import { json, problem, stubLocks } from '@/testing/api'
import { aBooking, aHold, answering, aPaymentThatIs, aPendingBooking, REFERENCE, SHOWTIME } from '@/testing/bookings'
import { field, mounted, type Mounted } from '@/testing/mount'

import CheckOut from './CheckOut.vue'

const PAYMENT = aPaymentThatIs('open')

function held(): void {
  const selection = { picks: [], hold: aHold(), heldBy: 'guest', asking: null, ending: null, touchedAt: Date.now() }
  localStorage.setItem(`matinee.selection.${SHOWTIME}`, JSON.stringify(selection))
}

async function checkedOut(answers: Parameters<typeof answering>[0], email = ' ada@example.com '): Promise<Mounted & { asked: ReturnType<typeof answering> }> {
  const asked = answering(answers)
  const shown = await mounted(CheckOut, { showtimeId: SHOWTIME }, `/showtimes/${SHOWTIME}/check-out`)
  await flushPromises()
  await field(shown.page, 'E-mail').setValue(email)
  await shown.page.find('form').trigger('submit')
  await flushPromises()
  return { ...shown, asked }
}

const posts = (asked: ReturnType<typeof answering>) => asked.filter(({ method, path }) => method === 'POST' && path.endsWith('/bookings'))

beforeEach(() => {
  localStorage.clear()
  localStorage.setItem('matinee.guest', JSON.stringify({ guest_id: 'g1', expires_at: '2999-01-01T00:00:00Z' }))
  stubLocks()
  vi.stubGlobal('location', { ...location, origin: location.origin, href: location.href, assign: vi.fn() })
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

describe('checking out', () => {
  it('asks whose session ended to log in again: the seats are held all the same', async () => {
    const selection = { picks: [], hold: aHold(), heldBy: 'account', asking: null, ending: null, touchedAt: Date.now() }
    localStorage.setItem(`matinee.selection.${SHOWTIME}`, JSON.stringify(selection))
    answering({})
    const { page } = await mounted(CheckOut, { showtimeId: SHOWTIME }, `/showtimes/${SHOWTIME}/check-out`)
    await flushPromises()

    expect(page.text()).toContain('Your seats are still held')
    expect(page.find('a').attributes('href')).toBe(`/log-in?to=/showtimes/${SHOWTIME}/check-out`)
  })

  it('ends the hold also for who has left the page by the time it is a booking', async () => {
    held()
    let answered = (): void => undefined
    const waiting = new Promise<void>((resolve) => {
      answered = resolve
    })
    const { page } = await checkedOut({ 'POST /bookings': () => waiting.then(() => json(aPendingBooking({ payment: PAYMENT }), 201)) })
    page.unmount()
    answered()
    await flushPromises()

    const kept = JSON.parse(localStorage.getItem(`matinee.selection.${SHOWTIME}`) ?? '{}') as { hold: unknown; ending: unknown }
    expect([kept.hold, kept.ending]).toEqual([null, { how: 'checked-out', reference: REFERENCE }])
    expect(location.assign).not.toHaveBeenCalled()
  })

  it('asks for an address that mail can reach before it asks the API', async () => {
    held()
    const { page, asked } = await checkedOut({}, 'ada')

    expect(field(page, 'E-mail').attributes('aria-invalid')).toBe('true')
    expect(document.activeElement).toBe(field(page, 'E-mail').element)
    expect(posts(asked)).toEqual([])
  })

  it('carries the hold, and goes on to the provider’s page', async () => {
    held()
    const { asked } = await checkedOut({ 'POST /bookings': () => json(aPendingBooking({ payment: PAYMENT }), 201) })

    const [post] = posts(asked)
    expect(post?.headers.get('hold-token')).toBe('hold-token')
    expect(JSON.parse(post?.body ?? '')).toMatchObject({ email: 'ada@example.com', name: null, language: 'en', other_seats_agreed: false })
    expect(location.assign).toHaveBeenCalledWith(PAYMENT.url)
    expect(keptBooking(REFERENCE)?.token).toBe('link-token')
  })

  it('goes straight to the booking where nothing is to be paid', async () => {
    held()
    const { router } = await checkedOut({ 'POST /bookings': () => json(aPendingBooking({ payment: null }), 201) })

    expect(router.currentRoute.value).toMatchObject({ name: 'booking', params: { reference: REFERENCE } })
  })

  it('leads back to the tickets who comes again after paying', async () => {
    keepBooking(aBooking(), false, Date.now())
    answering({})
    const { page } = await mounted(CheckOut, { showtimeId: SHOWTIME }, `/showtimes/${SHOWTIME}/check-out`)
    await flushPromises()

    expect(page.text()).toContain('You have tickets for this showtime')
    expect(page.findAll('a').map((link) => link.attributes('href'))).toEqual([`/bookings/${REFERENCE}`, `/showtimes/${SHOWTIME}/seats`])
  })

  it('shows the booking, not a page to pay on, where a bank is at work already', async () => {
    held()
    const { router } = await checkedOut({ 'POST /bookings': () => json(aPendingBooking({ payment: aPaymentThatIs('processing') }), 201) })

    expect(router.currentRoute.value).toMatchObject({ name: 'booking', params: { reference: REFERENCE } })
    expect(location.assign).not.toHaveBeenCalled()
  })

  it('is repeated as it was when the answer was lost', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true })
    held()
    const answers = [new TypeError('lost'), json(aPendingBooking({ payment: PAYMENT }), 201)]
    const { asked } = await checkedOut({ 'POST /bookings': () => answers.shift() ?? new TypeError('gone') })
    await vi.advanceTimersByTimeAsync(2_000)
    await flushPromises()
    vi.useRealTimers()

    expect(posts(asked).map(({ body }) => body)).toEqual([posts(asked)[0]?.body, posts(asked)[0]?.body])
    expect(location.assign).toHaveBeenCalledTimes(1)
  })
})

describe('what stands in the way', () => {
  it('an address the API refuses is marked, and typed anew', async () => {
    held()
    const { page } = await checkedOut({
      'POST /bookings': () => problem('invalid', 422, { errors: [{ pointer: '/email', detail: 'no mail arrives there' }] }),
    })

    expect(field(page, 'E-mail').attributes('aria-invalid')).toBe('true')
    expect(page.text()).toContain('We can’t send mail to this address')
  })

  it.each([
    ['hold-expired', 410, { expires_at: '2026-11-22T12:00:00Z' }, 'Your time ran out', 'Choose again'],
    ['hold-token-rejected', 401, {}, 'Your seats are no longer held', 'Choose again'],
    ['hold-checked-out', 409, { reference: REFERENCE }, 'These seats are booked already', 'Go to your booking'],
    ['booking-differs', 409, { reference: REFERENCE }, 'with other details', 'Go to your booking'],
    ['sales-closed', 409, { showtime_id: SHOWTIME }, 'Sales for this showtime are closed', 'See other showtimes'],
  ])('%s says what happened and where to go on', async (slug, status, members, said, offered) => {
    held()
    const { page } = await checkedOut({ 'POST /bookings': () => problem(slug, status, members) })

    expect(page.text()).toContain(said)
    expect(page.findAll('a').map((link) => link.text())).toContain(offered)
    expect(page.find('form').exists()).toBe(false)
  })

  it('a provider that does not answer keeps the form, to be tried again', async () => {
    held()
    const { page, asked } = await checkedOut({ 'POST /bookings': () => problem('payment-provider-unavailable', 503) })

    expect(page.findAll('[role=alert]').map((alert) => alert.text()).join()).toContain('The payment service does not answer')
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(posts(asked)).toHaveLength(2)
  })

  it('tells whose seats went with logging out in another tab why they are gone', async () => {
    localStorage.setItem('matinee.session', 'here')
    const selection = { picks: [], hold: aHold(), heldBy: 'account', asking: null, ending: null, touchedAt: Date.now() }
    localStorage.setItem(`matinee.selection.${SHOWTIME}`, JSON.stringify(selection))
    answering({})
    const { page } = await mounted(CheckOut, { showtimeId: SHOWTIME }, `/showtimes/${SHOWTIME}/check-out`)
    await flushPromises()
    forgetAccountsSelections()
    signedOut()
    await flushPromises()

    expect(page.text()).toContain('Logging out gave your seats back')
    expect(page.findAll('a').map((link) => link.text())).toEqual(['Choose seats', 'Log in'])
  })

  describe('the owner of the account logs out in another tab while it is paid', () => {
    async function leftMeanwhile(answer: () => Response): Promise<string> {
      let come = (): void => undefined
      const waiting = new Promise<void>((resolve) => {
        come = resolve
      })
      signedIn({ access_token: 'one', expires_in_s: 900 })
      const selection = { picks: [], hold: aHold(), heldBy: 'account', asking: null, ending: null, touchedAt: Date.now() }
      localStorage.setItem(`matinee.selection.${SHOWTIME}`, JSON.stringify(selection))
      const asked = answering({ 'POST /bookings': () => waiting.then(answer) })
      const { page } = await mounted(CheckOut, { showtimeId: SHOWTIME }, `/showtimes/${SHOWTIME}/check-out`)
      await flushPromises()
      await page.find('form').trigger('submit')
      await flushPromises()
      expect(posts(asked)).toHaveLength(1)
      forgetAccountsSelections()
      signedOut()
      come()
      await flushPromises()
      return page.text()
    }

    it('what was booked is not kept for whoever comes next', async () => {
      await leftMeanwhile(() => json({ ...aPendingBooking(), payment: null }, 201))

      expect(allKept(Date.now())).toEqual([])
    })

    it('a hold that went with that has not run out', async () => {
      const text = await leftMeanwhile(() => problem('hold-expired', 410))

      expect(text).toContain('Logging out gave your seats back')
      expect(text).not.toContain('Your time ran out')
    })
  })

  it('a showtime that can’t be told is asked for again, and the seats can be paid without it', async () => {
    held()
    const answers = [problem('forbidden', 403)]
    const asked = answering({ [`GET /showtimes/${SHOWTIME}`]: () => answers.shift() ?? new Promise<Response>(() => undefined) })
    const { page } = await mounted(CheckOut, { showtimeId: SHOWTIME })
    await flushPromises()

    expect(page.find('form button[type=submit]').text()).toContain('Pay')
    const again = page.findAll('button').find((button) => button.text() === 'Try again')
    await again?.trigger('click')
    await flushPromises()
    expect(asked.filter(({ path }) => path.endsWith(`/showtimes/${SHOWTIME}`))).toHaveLength(2)
  })

  it('says nothing of seats while it is not known whether there is such a showtime', async () => {
    answering({ [`GET /showtimes/${SHOWTIME}`]: () => new Promise<Response>(() => undefined) })
    const { page } = await mounted(CheckOut, { showtimeId: SHOWTIME })
    await flushPromises()

    expect(page.text()).not.toContain('You hold no seats')
    expect(page.find('[role=status]').text()).toContain('Loading')
  })

  it('without a hold there is nothing to pay: seats are chosen first', async () => {
    answering({})
    const { page } = await mounted(CheckOut, { showtimeId: SHOWTIME })
    await flushPromises()

    expect(page.text()).toContain('You hold no seats for this showtime')
    expect(page.find('form').exists()).toBe(false)
  })
})
