/** Whatever the provider does, the page says what is so, and the money is where it says. */
import { describe, expect } from 'vitest'

import { journey, PHONE } from './support/browser.ts'
import { atCheckOutWithSeats } from './support/holds.ts'
import { aFreeShowtime, cancelShowtime } from './support/office.ts'
import { mailsTo, mailTo } from './support/outbox.ts'
import { goToPay, isAtProvider, letBank } from './support/payments.ts'
import { somebody } from './support/people.ts'
import { button, codes, field, follow, isAt, press, sees, seesNot, standsAs } from './support/steps.ts'
import { until } from './support/until.ts'

describe.concurrent('a payment', () => {
  journey('that is approved gives the tickets, and a mail', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE })
    const { email } = somebody('Guest')
    await atCheckOutWithSeats(guest, await aShowtime(), 3)
    await goToPay(guest, email)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
    await until('tickets', () => codes(guest).count(), (count) => count === 3)
    await mailTo(email, /^Booked: /)
  })

  journey('that is declined costs nothing, and can be made again', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await atCheckOutWithSeats(guest, await aShowtime())
    await goToPay(guest, somebody('Guest').email)
    await letBank(guest, 'decline')
    await standsAs(guest, 'declined')
    await press(guest, 'booking.standing.payAgain')
    await isAtProvider(guest)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
    await sees(guest, 'booking.money.declined')
  })

  journey('that is slow is waited for, and nothing is claimed before', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await atCheckOutWithSeats(guest, await aShowtime())
    await goToPay(guest, somebody('Guest').email)
    await letBank(guest, 'slow')
    await standsAs(guest, 'underWay')
    expect(await codes(guest).count()).toBe(0)
    await standsAs(guest, 'confirmed')
    await codes(guest).first().waitFor()
  })

  journey('that is never answered leaves its page open until the time is over', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await atCheckOutWithSeats(guest, await aShowtime())
    await goToPay(guest, somebody('Guest').email)
    await letBank(guest, 'never')
    await standsAs(guest, 'payOpen')
    await press(guest, 'booking.standing.pay')
    await isAtProvider(guest)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
  })

  journey('that is answered twice counts once', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const { email } = somebody('Guest')
    await atCheckOutWithSeats(guest, await aShowtime())
    await goToPay(guest, email)
    await letBank(guest, 'twice')
    await standsAs(guest, 'confirmed')
    await until('tickets', () => codes(guest).count(), (count) => count === 2)
    await mailTo(email, /^Booked: /)
    // Mails are sent in the order of what happened: by the second one, a doubled first one would be there.
    await press(guest, 'booking.cancel.button')
    await press(guest, 'booking.cancel.confirm')
    await standsAs(guest, 'cancelled')
    await sees(guest, 'booking.money.returned')
    await mailTo(email, /^Cancelled: /)
    expect((await mailsTo(email)).filter(({ subject }) => subject.startsWith('Booked: '))).toHaveLength(1)
  })

  journey('that nobody tells of is found out by asking', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await atCheckOutWithSeats(guest, await aShowtime())
    await goToPay(guest, somebody('Guest').email)
    await letBank(guest, 'silent')
    await standsAs(guest, 'confirmed')
  })

  journey('whose refund takes its time, or is refused for good, is told so', async ({ aPerson, aShowtime }) => {
    const slow = await aPerson({ name: 'slow' })
    const closed = await aPerson({ name: 'closed' })
    await atCheckOutWithSeats(slow, await aShowtime())
    await goToPay(slow, somebody('Guest').email)
    await letBank(slow, 'slowRefund')
    await standsAs(slow, 'confirmed')
    await press(slow, 'booking.cancel.button')
    await press(slow, 'booking.cancel.confirm')
    await sees(slow, 'booking.money.returning')

    await atCheckOutWithSeats(closed, await aShowtime())
    await goToPay(closed, somebody('Guest').email)
    await letBank(closed, 'closed')
    await standsAs(closed, 'confirmed')
    await press(closed, 'booking.cancel.button')
    await press(closed, 'booking.cancel.confirm')
    await sees(closed, 'booking.money.refused')
  })
})

/** What the API refuses because of what another tab has done, the browser writes into its console. */
const PAID_MEANWHILE = { outcome: 409, path: /\/cancel$/ }

describe.concurrent('what happens beside a payment', () => {
  journey('another tab pays: the same page, one payment, and both tabs say so', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    await atCheckOutWithSeats(guest, await aShowtime())
    await goToPay(guest, somebody('Guest').email)
    const page = guest.page.url()
    await letBank(guest, 'never')
    await standsAs(guest, 'payOpen')
    const other = await guest.anotherTab()
    await standsAs(other, 'payOpen')
    await press(other, 'booking.standing.pay')
    await isAtProvider(other)
    expect(other.page.url()).toBe(page)
    await letBank(other, 'approve')
    await standsAs(other, 'confirmed')
    await standsAs(guest, 'confirmed')
    await seesNot(guest, 'booking.standing.pay')
  })

  journey('it is given up while another tab pays: nothing is, and what would come back is shown first', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE, expects: [PAID_MEANWHILE] })
    await atCheckOutWithSeats(guest, await aShowtime())
    await goToPay(guest, somebody('Guest').email)
    const page = guest.page.url()
    await letBank(guest, 'never')
    await standsAs(guest, 'payOpen')
    await press(guest, 'booking.standing.giveUp')
    await button(guest, 'booking.cancel.confirmUnpaid').waitFor()
    // The page is not told by itself: this tab asks nothing any more.
    await guest.page.route(/\/confirm$/, () => undefined)
    const other = await guest.anotherTab(page)
    await letBank(other, 'approve')
    await press(guest, 'booking.cancel.confirmUnpaid')
    await sees(guest, 'booking.cancel.changed')
    await sees(guest, 'booking.cancel.fee')
    await guest.page.unroute(/\/confirm$/)
    await press(guest, 'booking.cancel.confirm')
    await standsAs(guest, 'cancelled')
    await sees(guest, 'booking.money.returned')
  })

  journey('the back button leads from the tickets to the check-out, and that back to the tickets', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE })
    await atCheckOutWithSeats(guest, await aShowtime())
    await goToPay(guest, somebody('Guest').email)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
    await guest.page.goBack()
    await guest.page.goBack()
    await isAt(guest, /\/check-out$/)
    await sees(guest, 'booking.out.booked')
    await follow(guest, 'booking.out.toBooking')
    await standsAs(guest, 'confirmed')
  })

  journey('the cinema cancels the showtime: nobody is charged, and nobody sent to seats that are not sold', async ({ aPerson, aShowtime }) => {
    const showtime = await aShowtime({ city: 'Berlin' })
    const paying = await aPerson({ name: 'paying' })
    const paid = await aPerson({ name: 'paid', viewport: PHONE, colorScheme: 'dark' })
    await atCheckOutWithSeats(paid, showtime)
    await goToPay(paid, somebody('Guest').email)
    await letBank(paid, 'approve')
    await standsAs(paid, 'confirmed')
    await codes(paid).first().waitFor()
    await atCheckOutWithSeats(paying, showtime)
    await goToPay(paying, somebody('Guest').email)
    await letBank(paying, 'never')
    await standsAs(paying, 'payOpen')

    await cancelShowtime(showtime)

    await standsAs(paying, 'showtimeCancelledUnpaid')
    // The tickets that this device had kept are taken off the screen.
    paid.guards.letMove()
    await paid.page.reload()
    await standsAs(paid, 'showtimeCancelled')
    await sees(paid, 'booking.money.returned')
    expect(await codes(paid).count()).toBe(0)
    await follow(paid, 'booking.out.otherShowtimes')
    await isAt(paid, /^\/movies\//)
  })

  journey('there is nothing to pay: the tickets are there at once, and given back without a word of money', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ viewport: PHONE })
    const { email } = somebody('Guest')
    await atCheckOutWithSeats(guest, await aFreeShowtime(await aShowtime({ city: 'Berlin' })))
    await field(guest, 'booking.out.email').fill(email)
    expect(await guest.page.getByRole('checkbox').count()).toBe(0)
    await button(guest, 'booking.out.book').dblclick()
    await standsAs(guest, 'confirmed')
    await until('tickets', () => codes(guest).count(), (count) => count === 2)
    await mailTo(email, /^Booked: /)
    await press(guest, 'booking.cancel.button')
    const dialog = guest.page.getByRole('dialog')
    await dialog.getByRole('button', { name: guest.words('booking.cancel.button') }).click()
    await standsAs(guest, 'cancelled')
  })
})
