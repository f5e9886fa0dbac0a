/** Whatever the provider does, the page says what is so, and the money is where it says. */
import { describe, expect } from 'vitest'

import { journey, PHONE } from './support/browser.ts'
import { atCheckOutWithSeats } from './support/holds.ts'
import { mailsTo, mailTo } from './support/outbox.ts'
import { goToPay, isAtProvider, letBank } from './support/payments.ts'
import { somebody } from './support/people.ts'
import { codes, press, sees, standsAs } from './support/steps.ts'
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
