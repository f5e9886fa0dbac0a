/** The sandbox provider's page, on which the person chooses what the bank does. It speaks English only. */
import { type Person } from './browser.ts'
import { fill, press } from './steps.ts'

const CHOICES = {
  approve: /^Pay \d/,
  decline: /^Decline/,
  slow: /^Approve slowly/,
  never: /^Never answer/,
  twice: /^Approve, answer twice/,
  silent: /^Approve, tell nobody/,
  late: /^Approve after the hold has lapsed/,
  closed: /^Approve; refunds will be refused/,
  slowRefund: /^Approve; refunds take a minute/,
} as const

export type Choice = keyof typeof CHOICES

/** As a guest, from the check-out to the provider's page. */
export async function goToPay(person: Person, email: string): Promise<void> {
  await fill(person, 'booking.out.email', email)
  await press(person, 'booking.out.pay')
  await isAtProvider(person)
}

export async function isAtProvider(person: Person): Promise<void> {
  await person.page.waitForURL((url) => url.pathname.startsWith('/pay/'))
}

/** Choose, and be back in the shop. */
export async function letBank(person: Person, choice: Choice): Promise<void> {
  await person.page.getByRole('button', { name: CHOICES[choice] }).click()
  await person.page.waitForURL((url) => /^\/bookings\/[^/]+$/.test(url.pathname))
}
