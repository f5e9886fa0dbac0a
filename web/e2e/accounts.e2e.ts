import { describe } from 'vitest'

import { journey } from './support/browser.ts'
import { anAccount } from './support/people.ts'
import { logIn, press, seesHeading } from './support/steps.ts'

describe('an account', () => {
  journey('opens its owner’s page, and closes it', async ({ aPerson }) => {
    const ada = await aPerson()
    await logIn(ada, await anAccount())
    await ada.visit('/account')
    await seesHeading(ada, 'account.profile')
    await press(ada, 'account.logOut')
    await ada.page.getByRole('link', { name: ada.words('account.logIn') }).first().waitFor()
  })
})
