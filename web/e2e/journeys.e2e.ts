/** From the front page to the tickets, and back: whole journeys, each by another kind of person. */
import { describe, expect } from 'vitest'

import { moneyText } from '../src/lib/money.ts'
import { answer, api } from './support/api.ts'
import { journey, type Person, PHONE } from './support/browser.ts'
import { findShowtime } from './support/finding.ts'
import { Keyboard } from './support/keyboard.ts'
import { mailTo } from './support/outbox.ts'
import { goToPay, isAtProvider, letBank } from './support/payments.ts'
import { somebody } from './support/people.ts'
import { areTold, goToCheckOut, heldBy, holdPicked, pick, seesHeld, takeBest, visitSeats } from './support/seats.ts'
import { codes, fill, fitsTheScreen, follow, link, press, referenceShown, sees, standsAs } from './support/steps.ts'
import { until } from './support/until.ts'
import { type Language, LANGUAGES, partOf, reading, speaking } from './support/words.ts'

async function hasTickets(person: Person, count: number): Promise<void> {
  await until('tickets', () => codes(person).count(), (found) => found === count)
}

describe('a customer', () => {
  journey('registers, finds a movie, books, and cancels again', async ({ aPerson, aShowtime }) => {
    const ada = await aPerson()
    const account = somebody()
    const showtime = await aShowtime({ city: 'Hamburg' })

    await ada.visit('/register')
    await fill(ada, 'account.name', account.name)
    await fill(ada, 'account.email', account.email)
    await fill(ada, 'account.password', account.password)
    await press(ada, 'account.register')
    const verification = await mailTo(account.email, /Confirm your address/)
    await ada.visit(verification.links.find((each) => each.includes('token=')) ?? '')
    await press(ada, 'account.verifyNow')
    await ada.page.getByRole('main').getByRole('link', { name: ada.words('account.logIn') }).click()
    await fill(ada, 'account.email', account.email)
    await fill(ada, 'account.password', account.password)
    await press(ada, 'account.logIn')
    await link(ada, 'account.title').waitFor()

    await findShowtime(ada, showtime)
    await pick(ada, 'C', 1, 2)
    await holdPicked(ada)
    const { seats, quote } = await heldBy(ada, showtime)
    await goToCheckOut(ada)
    await sees(ada, 'booking.out.ticketsGoTo', { email: account.email })
    await press(ada, 'booking.out.pay', { amount: moneyText(quote.total, 'en') })
    await isAtProvider(ada)
    await letBank(ada, 'approve')
    await standsAs(ada, 'confirmed')
    await hasTickets(ada, 2)
    const reference = referenceShown(ada)
    expect((await mailTo(account.email, /^Booked: /)).text).toContain(reference)

    await follow(ada, 'booking.own')
    await ada.page.getByRole('main').getByRole('link', { name: reading(showtime.movie_title) }).click()
    await standsAs(ada, 'confirmed')
    await press(ada, 'booking.cancel.button')
    // In this cinema a tenth of each ticket is kept, and the fee: what is shown beforehand is what comes back.
    const refund = ada.page.getByRole('dialog').getByRole('button', { name: ada.words('booking.cancel.confirm') })
    const shown = (await refund.textContent()) ?? ''
    await refund.click()
    await standsAs(ada, 'cancelled')
    await sees(ada, 'booking.money.returned')
    const row = ada.page.locator('dl > div').filter({ hasText: partOf(ada.words('booking.money.returned')) })
    const returned = (await row.textContent()) ?? ''
    const amount = /[€₹][\d.,]+/
    expect(amount.exec(shown)?.[0], 'what was shown').toBe(amount.exec(returned)?.[0])
    await mailTo(account.email, /^Cancelled: /)
    await areTold(showtime, seats, 'free')
  })

  journey('logs in at the check-out without losing the seats', async ({ aPerson, aShowtime }) => {
    const clara = await aPerson()
    const showtime = await aShowtime({ city: 'Mumbai' })
    await visitSeats(clara, showtime)
    await takeBest(clara)
    await goToCheckOut(clara)
    await clara.page.getByRole('main').getByRole('link', { name: clara.words('account.logIn') }).click()
    // The check-out asks for an address too: the password is asked for by the form to log in alone.
    await fill(clara, 'account.password', 'popcorn-and-velvet-seats')
    await fill(clara, 'account.email', 'customer.two@matinee.example')
    await press(clara, 'account.logIn')
    await sees(clara, 'booking.out.ticketsGoTo', { email: 'customer.two@matinee.example' })
    await press(clara, 'booking.out.pay')
    await isAtProvider(clara)
    await letBank(clara, 'approve')
    await standsAs(clara, 'confirmed')
    await hasTickets(clara, 2)
  })
})

describe('a guest', () => {
  journey('books, and opens the booking by the mail’s link in another browser', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ name: 'guest' })
    const { email } = somebody('Guest')
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await takeBest(guest)
    const { seats } = await heldBy(guest, showtime)
    await goToCheckOut(guest)
    await goToPay(guest, email)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')

    const mail = await mailTo(email, /^Booked: /)
    const elsewhere = await aPerson({ name: 'another browser', viewport: PHONE })
    await elsewhere.visit(mail.links.find((each) => each.startsWith('/bookings/')) ?? '')
    await standsAs(elsewhere, 'confirmed')
    await elsewhere.page.waitForURL((url) => url.search === '') // the secret is gone from the address
    await hasTickets(elsewhere, 2)
    await codes(elsewhere).first().click()
    await elsewhere.page.getByRole('dialog').getByRole('img', { name: elsewhere.words('booking.tickets.qr') }).waitFor()
    await elsewhere.page.keyboard.press('Escape')
    await press(elsewhere, 'booking.cancel.button')
    await press(elsewhere, 'booking.cancel.confirm')
    await standsAs(elsewhere, 'cancelled')
    await mailTo(email, /^Cancelled: /)
    await areTold(showtime, seats, 'free')
  })

  journey('changes the language on the way, and keeps the seats', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    await takeBest(guest)
    const { token, expires_at } = await heldBy(guest, showtime)
    guest.guards.letMove() // Words of another language are longer, or shorter.

    await guest.page.getByRole('contentinfo').getByLabel(guest.words('common.language')).selectOption('de')
    Object.assign(guest, speaking('de'))
    await seesHeld(guest)
    expect(await heldBy(guest, showtime)).toMatchObject({ token, expires_at })
    await goToCheckOut(guest)
    await fill(guest, 'booking.out.email', somebody('Guest').email)

    await guest.page.getByRole('contentinfo').getByLabel(guest.words('common.language')).selectOption('es')
    Object.assign(guest, speaking('es'))
    expect(await guest.page.getByLabel(guest.words('booking.out.email')).inputValue(), 'what was filled in').toContain('@')
    expect(await heldBy(guest, showtime)).toMatchObject({ token, expires_at })
    await press(guest, 'booking.out.pay')
    await isAtProvider(guest)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
    await hasTickets(guest, 2)
  })

  journey('does not see the booking of somebody else', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson({ name: 'guest' })
    await visitSeats(guest, await aShowtime({ city: 'Berlin' }))
    await takeBest(guest)
    await goToCheckOut(guest)
    await goToPay(guest, somebody('Guest').email)
    await letBank(guest, 'approve')
    await standsAs(guest, 'confirmed')
    const stranger = await aPerson({ name: 'stranger', expects: [{ outcome: 404, path: /\/bookings\// }] })
    await stranger.visit(`/bookings/${referenceShown(guest)}`)
    await sees(stranger, 'booking.details.cantOpen')
  })

  journey('goes from the front page to the tickets by keyboard alone', async ({ aPerson }) => {
    const guest = await aPerson()
    await guest.visit('/')
    const keyboard = new Keyboard(guest)
    const chip = guest.page.getByRole('main').getByRole('link', { name: /from [€₹]/ }).first()
    await chip.waitFor()
    await keyboard.goTo(chip)
    await keyboard.press('Enter')

    await keyboard.goTo(guest.page.getByRole('button', { name: guest.words('seats.best.find') }))
    await keyboard.press('Enter')
    await seesHeld(guest)
    await keyboard.goTo(link(guest, 'seats.hold.toPayment'))
    await keyboard.press('Enter')

    await keyboard.goTo(guest.page.getByLabel(guest.words('booking.out.email')))
    await guest.page.keyboard.type(somebody('Guest').email)
    await keyboard.goTo(guest.page.getByRole('button', { name: guest.words('booking.out.pay') }))
    await keyboard.press('Enter')

    await isAtProvider(guest)
    await keyboard.goTo(guest.page.getByRole('button', { name: /^Pay \d/ }))
    await keyboard.press('Enter')
    await standsAs(guest, 'confirmed')
    await keyboard.goTo(codes(guest).first())
    await keyboard.press('Enter')
    await guest.page.getByRole('dialog').waitFor()
    await keyboard.press('Escape')
    await guest.page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(await keyboard.isOn(codes(guest).first()), 'focus comes back to the ticket').toBe(true)
  })

  journey('picks on the map by arrow keys', async ({ aPerson, aShowtime }) => {
    const guest = await aPerson()
    const showtime = await aShowtime({ city: 'Berlin' })
    await visitSeats(guest, showtime)
    const keyboard = new Keyboard(guest)
    await keyboard.goTo(guest.page.getByRole('checkbox').and(guest.page.locator('[tabindex="0"]')))
    await keyboard.press('Home')
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    await keyboard.press('Home')
    await keyboard.press('Space')
    await keyboard.press('ArrowRight')
    await keyboard.press('Space')
    await until('two seats', () => guest.page.getByRole('checkbox', { checked: true }).count(), (count) => count === 2)
    await keyboard.goTo(guest.page.getByRole('button', { name: guest.words('seats.panel.hold') }))
    await keyboard.press('Enter')
    await seesHeld(guest)
  })

  for (const language of Object.keys(LANGUAGES) as Language[]) {
    journey(`goes from the start to the ticket in ${LANGUAGES[language]}, on 360 pixels`, async ({ aPerson, aShowtime }) => {
      const guest = await aPerson({ language, viewport: PHONE, hasTouch: true, colorScheme: 'dark' })
      const { email } = somebody('Guest')
      const showtime = await aShowtime({ city: language === 'hi' ? 'Mumbai' : 'Hamburg' })
      await findShowtime(guest, showtime)
      expect(await guest.page.locator('html').getAttribute('lang')).toBe(language)
      await fitsTheScreen(guest)
      await takeBest(guest, 3)
      await fitsTheScreen(guest)
      await goToCheckOut(guest)
      await fitsTheScreen(guest)
      await goToPay(guest, email)
      await letBank(guest, 'approve')
      await standsAs(guest, 'confirmed')
      await hasTickets(guest, 3)
      await fitsTheScreen(guest)
      const { quote } = await booked(guest)
      await guest.page.getByText(reading(moneyText(quote, language))).first().waitFor()
      const mail = await mailTo(email, /./)
      expect(mail.text).toContain(referenceShown(guest))
    })
  }
})

/** What the API says of the booking that is shown. */
async function booked(guest: Person): Promise<{ quote: { minor: number; currency: string } }> {
  const reference = referenceShown(guest)
  const kept = await guest.page.evaluate((ref) => localStorage.getItem(`matinee.booking.${ref}`), reference)
  const { token } = JSON.parse(kept ?? '{}') as { token: string }
  const booking = await answer(
    api.GET('/v1/bookings/{reference}', { params: { path: { reference } }, headers: { 'Booking-Token': token } }),
  )
  return { quote: booking.total }
}
