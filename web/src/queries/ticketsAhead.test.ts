import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { ref } from 'vue'

import { signedIn, signedOut } from '@/api/credentials'
import { forgetAccountsBookings, keepBooking, keepTickets, keptBooking } from '@/lib/keptBookings'
import { json, problem, stubLocks } from '@/testing/api'
import { aBooking, answering, someTickets } from '@/testing/bookings'

import { useTicketsAhead } from './ticketsAhead'

let made = 0
/** Each is another one: what was tried once is not tried again. */
const someBookings = (count: number) => Array.from({ length: count }, () => aBooking({ reference: `AAAAAA-${String((made += 1)).padStart(7, '0')}` }))
const ticketsOf = (references: string[], answer: () => Response = () => json({ tickets: someTickets() })) =>
  answering(Object.fromEntries(references.map((reference) => [`GET /bookings/${reference}/tickets`, answer])))

beforeEach(() => {
  localStorage.clear()
  stubLocks()
  signedIn({ access_token: 'one', expires_in_s: 900 })
})

describe('the tickets of an account’s next bookings', () => {
  it('are kept without being opened, of five bookings at most', async () => {
    const bookings = someBookings(7)
    const asked = ticketsOf(bookings.map(({ reference }) => reference))
    useTicketsAhead(ref(bookings))
    await flushPromises()
    await expect.poll(() => bookings.map(({ reference }) => keptBooking(reference)?.tickets?.length ?? 0)).toEqual([2, 2, 2, 2, 2, 0, 0])
    expect(asked).toHaveLength(5)
  })

  it('are not asked for where there are none yet', async () => {
    const [booking] = someBookings(1)
    const asked = answering({})
    useTicketsAhead(ref(booking ? [{ ...booking, state: 'pending' }] : []))
    await flushPromises()

    expect(asked).toEqual([])
  })

  it('are asked for once, though the list comes again', async () => {
    const bookings = someBookings(1)
    const asked = ticketsOf(bookings.map(({ reference }) => reference), () => problem('internal', 500))
    const coming = ref(bookings)
    useTicketsAhead(coming)
    await expect.poll(() => asked.length).toBe(1)
    coming.value = [...bookings]
    await flushPromises()

    expect(asked).toHaveLength(1)
  })

  it('are asked for anew when the booking has other seats by now', async () => {
    const [booking] = someBookings(1)
    if (booking === undefined) throw new Error('no booking')
    keepBooking(booking, true, Date.now())
    keepTickets(booking.reference, someTickets().slice(1), Date.now())
    ticketsOf([booking.reference])
    useTicketsAhead(ref([booking]))

    await expect.poll(() => keptBooking(booking.reference)?.tickets?.length).toBe(2)
  })

  it('that arrive after their owner logged out are not kept', async () => {
    const bookings = someBookings(1)
    const [reference = ''] = bookings.map((each) => each.reference)
    const asked = ticketsOf([reference], () => {
      signedOut()
      forgetAccountsBookings()
      return json({ tickets: someTickets() })
    })
    useTicketsAhead(ref(bookings))
    await expect.poll(() => asked.length).toBe(1)
    await flushPromises()

    expect(keptBooking(reference)).toBeNull()
  })
})
