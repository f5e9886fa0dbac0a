import { readFileSync } from 'node:fs'

import { type Response } from 'playwright-core'
import { describe, expect } from 'vitest'

import { journey, type Person, PHONE } from './support/browser.ts'
import { resultFile } from './support/environment.ts'
import { mailTo } from './support/outbox.ts'
import { type Account, anAccount, somebody } from './support/people.ts'
import { goToCheckOut, takeBest, visitSeats } from './support/seats.ts'
import { button, field, fill, follow, isAt, link, logIn, press, sees, seesHeading } from './support/steps.ts'
import { tellTimeAhead } from './support/time.ts'
import { until } from './support/until.ts'
import { speaking } from './support/words.ts'

/** The path of the link in the newest mail to the account with this subject. */
async function linkOf(account: Account, subject: RegExp): Promise<string> {
  const mail = await mailTo(account.email, subject)
  const path = mail.links.find((each) => each.includes('token='))
  if (path === undefined) throw new Error(`no link in: ${mail.text}`)
  return path
}

async function giveCredentials(person: Person, { email, password }: Account): Promise<void> {
  await fill(person, 'account.email', email)
  await fill(person, 'account.password', password)
  await press(person, 'account.logIn')
}

describe('an account', () => {
  journey('begins with a form, and a press on the link of the mail', async ({ aPerson }) => {
    const ada = await aPerson({ viewport: PHONE })
    const account = somebody()
    await ada.visit('/')
    await follow(ada, 'account.logIn')
    await follow(ada, 'account.toRegister')
    await fill(ada, 'account.name', account.name)
    await fill(ada, 'account.email', account.email)
    await fill(ada, 'account.password', account.password)
    await press(ada, 'account.register')
    await sees(ada, 'account.mailSentText', { email: account.email })

    await ada.visit(await linkOf(account, /Confirm your address/))
    await ada.page.waitForURL((url) => url.search === '') // the secret is gone from the address
    await press(ada, 'account.verifyNow')
    await sees(ada, 'account.verified')
    await ada.page.locator('main').getByRole('link', { name: ada.words('account.logIn') }).click()
    await giveCredentials(ada, account)
    await link(ada, 'account.title').waitFor()
  })

  journey('says which fields need another look', async ({ aPerson }) => {
    const ada = await aPerson()
    await ada.visit('/register')
    await press(ada, 'account.register')
    await sees(ada, 'account.nameWrong')
    await sees(ada, 'account.emailWrong')
    await sees(ada, 'account.passwordWrong')
    expect(await field(ada, 'account.email').getAttribute('aria-invalid')).toBe('true')
  })

  journey('is not opened by a wrong password, nor its owner kept out', async ({ aPerson }) => {
    const account = await anAccount()
    const ada = await aPerson({ expects: [{ outcome: 401, path: /\/auth\/login$/ }] })
    await ada.visit('/log-in')
    await giveCredentials(ada, { ...account, password: 'something-else-entirely' })
    await sees(ada, 'problems.credentials-rejected.title')
    await giveCredentials(ada, account)
    await link(ada, 'account.title').waitFor()
  })

  journey('sends back to where one wanted to go', async ({ aPerson }) => {
    const ada = await aPerson()
    const account = await anAccount()
    await ada.visit('/account')
    await isAt(ada, /^\/log-in$/)
    await giveCredentials(ada, account)
    await seesHeading(ada, 'account.profile')
    await isAt(ada, /^\/account$/)
  })

  journey('gets a new password by mail', async ({ aPerson }) => {
    const account = await anAccount()
    const ada = await aPerson()
    await ada.visit('/log-in')
    await follow(ada, 'account.forgottenPassword')
    await seesHeading(ada, 'account.forgottenPassword') // The screen before asks for an address, too.
    await fill(ada, 'account.email', account.email)
    await press(ada, 'account.sendLink')
    await sees(ada, 'account.resetSentText', { email: account.email })

    await ada.visit(await linkOf(account, /password/i))
    await fill(ada, 'account.newPassword', 'the-second-row-on-the-left')
    await press(ada, 'account.setPassword')
    await sees(ada, 'account.passwordChanged')
    await ada.page.locator('main').getByRole('link', { name: ada.words('account.logIn') }).click()
    await giveCredentials(ada, { ...account, password: 'the-second-row-on-the-left' })
    await link(ada, 'account.title').waitFor()
  })

  journey('keeps its language, on every device', async ({ aPerson }) => {
    const account = await anAccount()
    const ada = await aPerson()
    await logIn(ada, account)
    await ada.visit('/account')
    await ada.page.locator('main').getByLabel(ada.words('common.language')).selectOption('de')
    await press(ada, 'account.save')
    const german = { ...ada, ...speaking('de') }
    await sees(german, 'account.saved')
    expect(await ada.page.locator('html').getAttribute('lang')).toBe('de')

    const phone = await aPerson({ viewport: PHONE, name: 'the same on a phone' })
    await phone.visit('/log-in')
    await giveCredentials(phone, account)
    await link({ ...phone, ...speaking('de') }, 'account.title').waitFor()
  })

  journey('takes its data along', async ({ aPerson }) => {
    const account = await anAccount()
    const ada = await aPerson()
    await logIn(ada, account)
    await ada.visit('/account')
    const coming = ada.page.waitForEvent('download')
    await press(ada, 'account.takeData')
    const file = resultFile('my-data.json')
    await (await coming).saveAs(file)
    expect(readFileSync(file, 'utf8')).toContain(account.email)
  })

  journey('is erased for good, when asked twice', async ({ aPerson }) => {
    const account = await anAccount()
    const ada = await aPerson({ expects: [{ outcome: 401, path: /\/auth\/login$/ }] })
    await logIn(ada, account)
    await ada.visit('/account')
    await press(ada, 'account.erase')
    await press(ada, 'account.keep')
    await press(ada, 'account.erase')
    await press(ada, 'account.eraseNow')
    await link(ada, 'account.logIn').waitFor()
    expect(await kept(ada)).not.toContain(account.email)

    await ada.visit('/log-in')
    await giveCredentials(ada, account)
    await sees(ada, 'problems.credentials-rejected.title')
  })
})

describe('a session', () => {
  journey('ends in every tab when it is ended in one', async ({ aPerson }) => {
    const one = await aPerson()
    await logIn(one, await anAccount())
    await one.visit('/account')
    const other = await one.anotherTab()
    await seesHeading(other, 'account.profile')
    await press(one, 'account.logOut')
    await isAt(other, /^\/log-in$/)
    await link(other, 'account.logIn').first().waitFor()
  })

  journey('that is ended gives its seats back, and the check-out in another tab says so', async ({ aPerson, aShowtime }) => {
    const one = await aPerson()
    await logIn(one, await anAccount())
    await visitSeats(one, await aShowtime({ city: 'Hamburg' }))
    await takeBest(one)
    await goToCheckOut(one)
    const other = await one.anotherTab('/account')
    await press(other, 'account.logOut')
    await sees(one, 'booking.out.gaveBack')
    await one.page.getByRole('main').getByRole('link', { name: one.words('booking.out.chooseSeats') }).waitFor()
  })

  journey('outlives two tabs that are opened again at once', async ({ aPerson }) => {
    const one = await aPerson()
    await logIn(one, await anAccount())
    await one.visit('/account')
    const other = await one.anotherTab()
    for (const round of [1, 2]) {
      await Promise.all([one.page.reload(), other.page.reload()])
      await seesHeading(one, 'account.profile')
      await seesHeading(other, 'account.profile')
      expect(await link(other, 'account.logIn').count(), `after round ${String(round)}`).toBe(0)
    }
  })

  journey('outlives two tabs whose access tokens end at the same time', async ({ aPerson }) => {
    const one = await aPerson()
    await logIn(one, await anAccount())
    await one.visit('/account')
    const other = await one.anotherTab()
    await seesHeading(one, 'account.profile')
    await seesHeading(other, 'account.profile')
    const refreshed: number[] = []
    one.context.on('response', (response: Response) => {
      if (response.url().endsWith('/auth/refresh')) refreshed.push(response.status())
    })

    // An access token lives 15 minutes: what the answers tell as the time is ahead by more than that.
    await tellTimeAhead(one, 16 * 60)
    await Promise.all([press(one, 'account.takeData'), press(other, 'account.takeData')])
    await until('the button', () => button(one, 'account.takeData').isEnabled(), (enabled) => enabled)
    await Promise.all([press(one, 'account.save'), press(other, 'account.takeData')])
    await sees(one, 'account.saved')

    expect(refreshed.length).toBeGreaterThan(0)
    expect(new Set(refreshed)).toEqual(new Set([200]))
    await Promise.all([one.page.reload(), other.page.reload()])
    await seesHeading(one, 'account.profile')
    await seesHeading(other, 'account.profile')
  })

  journey('outlives an API that does not answer', async ({ aPerson }) => {
    const ada = await aPerson({ expects: [{ outcome: /ERR_FAILED/, path: /^\/api\// }] })
    await logIn(ada, await anAccount())
    await ada.context.route('**/api/**', (route) => route.abort())
    await ada.visit('/account')
    await sees(ada, 'problems.no-answer.title')
    await link(ada, 'account.title').waitFor()
    await ada.context.unroute('**/api/**')
    await press(ada, 'common.tryAgain')
    await seesHeading(ada, 'account.profile')
  })
})

async function kept(person: Person): Promise<string> {
  return await person.page.evaluate(() => JSON.stringify({ ...localStorage }))
}
