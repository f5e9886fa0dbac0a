import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'

import { isSignedIn, signedIn, signedOut } from '@/api/credentials'
import { anApi, json, problem } from '@/testing/api'
import { answering } from '@/testing/bookings'
import { inAFreshBrowser } from '@/testing/browser'
import { field, mounted, named } from '@/testing/mount'
import { type Me, useEraseMe } from '@/queries/me'

import AccountSettings from './AccountSettings.vue'
import EraseMe from './EraseMe.vue'
import LogInForm from './LogInForm.vue'
import ProfileForm from './ProfileForm.vue'
import RegisterForm from './RegisterForm.vue'
import ResetPasswordForm from './ResetPasswordForm.vue'
import VerifyAddress from './VerifyAddress.vue'

const ME: Me = {
  id: '01J0000000000000000000USER',
  email: 'ada@example.com',
  name: 'Ada',
  language: 'en',
  time_zone: 'Europe/Berlin',
  home_city: null,
  is_owner: false,
  is_admin: false,
  version: 3,
  created_at: '2026-11-01T00:00:00Z',
  updated_at: '2026-11-01T00:00:00Z',
  last_seen_on: null,
}
const TOKENS = { access_token: 'one', token_type: 'Bearer', expires_in_s: 900, refresh_token: null }

inAFreshBrowser()

describe('logging in', () => {
  it('begins a session and says so', async () => {
    const asked = anApi(json(TOKENS), json(ME))
    const { page } = await mounted(LogInForm)

    await field(page, 'E-mail').setValue(' ada@example.com ')
    await field(page, 'Password').setValue('popcorn-and-velvet')
    await page.find('form').trigger('submit')
    await flushPromises()

    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      email: 'ada@example.com',
      password: 'popcorn-and-velvet',
      tokens_in: 'cookie',
    })
    expect(isSignedIn()).toBe(true)
    expect(page.emitted('done')).toHaveLength(1)
  })

  it('tells what to do about a wrong password, and keeps what was typed', async () => {
    anApi(problem('credentials-rejected', 401))
    const { page } = await mounted(LogInForm)

    await field(page, 'E-mail').setValue('ada@example.com')
    await page.find('form').trigger('submit')
    await flushPromises()

    expect(page.find('[role=alert]').text()).toContain('E-mail address or password is wrong')
    expect(field(page, 'E-mail').element).toHaveProperty('value', 'ada@example.com')
    expect(page.emitted('done')).toBeUndefined()
  })
})

describe('registering', () => {
  it('asks nothing of the API before every field can be right, and marks those that are not', async () => {
    const asked = anApi()
    const { page } = await mounted(RegisterForm)

    await field(page, 'Name').setValue('Ada')
    await field(page, 'E-mail').setValue('ada')
    await field(page, 'Password').setValue('short')
    await page.find('form').trigger('submit')

    expect(asked).toEqual([])
    expect(field(page, 'Name').attributes('aria-invalid')).toBeUndefined()
    expect(field(page, 'E-mail').attributes('aria-invalid')).toBe('true')
    expect(field(page, 'Password').attributes('aria-invalid')).toBe('true')
    await flushPromises()
    expect(document.activeElement).toBe(field(page, 'E-mail').element)
  })

  it('marks the field that the API refuses', async () => {
    anApi(problem('invalid', 422, { errors: [{ pointer: '/email', detail: 'no mail server' }] }))
    const { page } = await mounted(RegisterForm)

    await field(page, 'Name').setValue('Ada')
    await field(page, 'E-mail').setValue('ada@example.com')
    await field(page, 'Password').setValue('long enough words')
    await page.find('form').trigger('submit')
    await flushPromises()

    expect(field(page, 'E-mail').attributes('aria-invalid')).toBe('true')
    expect(page.emitted('done')).toBeUndefined()
  })
})

describe('a text with a character that can’t be seen', () => {
  const detail = "Take out the character U+200B (ZERO WIDTH SPACE): it can't be seen"
  const refusal = (pointer: string): Response => problem('invalid', 422, { errors: [{ pointer, detail }] })
  const told = (page: Parameters<typeof field>[0], label: string): string =>
    page.find(`#${CSS.escape(field(page, label).attributes('aria-describedby') ?? '')}`).text()

  it.each([
    ['Name', '/name'],
    ['Home city', '/home_city'],
  ])('is not told as missing or too long in the profile, and has the focus: %s', async (label, pointer) => {
    anApi(refusal(pointer), json(ME))
    const { page } = await mounted(ProfileForm, { me: ME })

    await field(page, label).setValue('Ber\u200blin')
    await page.find('form').trigger('submit')
    await flushPromises()

    expect(told(page, label)).toContain('can’t be seen (U+200B)')
    expect(document.activeElement).toBe(field(page, label).element)
    await field(page, label).setValue('Berlin')
    expect(told(page, label), 'of what was sent').toContain('U+200B')
  })

  it.each([
    ['Name', '/name', 'Ada\u200b'],
    ['E-mail', '/email', 'ada\u200b@example.com'],
  ])('is not told as missing where an account is begun, and has the focus: %s', async (label, pointer, text) => {
    anApi(refusal(pointer))
    const { page } = await mounted(RegisterForm)

    await field(page, 'Name').setValue('Ada')
    await field(page, 'E-mail').setValue('ada@example.com')
    await field(page, 'Password').setValue('long enough words')
    await field(page, label).setValue(text)
    await page.find('form').trigger('submit')
    await flushPromises()

    expect(told(page, label)).toContain('can’t be seen (U+200B)')
    expect(document.activeElement).toBe(field(page, label).element)
  })

  it('that shows nothing at all is told as missing', async () => {
    anApi(problem('invalid', 422, { errors: [{ pointer: '/name', detail: 'Write something that can be seen' }] }))
    const { page } = await mounted(ProfileForm, { me: ME })

    await field(page, 'Name').setValue('\u200d')
    await page.find('form').trigger('submit')
    await flushPromises()

    expect(told(page, 'Name')).toBe('Tell us what to call you.')
  })
})

describe('verifying an address', () => {
  it('waits for a press, because programs that look into mail open links', async () => {
    const asked = anApi(new Response(null, { status: 204 }))
    const { page } = await mounted(VerifyAddress, { token: 'abc' })
    expect(asked).toEqual([])

    await named(page, 'button', 'Verify my e-mail address').trigger('click')
    await flushPromises()

    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ token: 'abc' })
    expect(page.text()).toContain('Your e-mail address is verified')
  })

  it('by a link that is dead leads to a new one', async () => {
    const asked = anApi(problem('link-rejected', 403), json({ detail: 'sent' }, 202))
    const { page } = await mounted(VerifyAddress, { token: 'old' })

    await named(page, 'button', 'Verify my e-mail address').trigger('click')
    await flushPromises()
    expect(page.find('[role=alert]').text()).toContain('This link no longer works')
    await field(page, 'E-mail').setValue('ada@example.com')
    await page.find('form').trigger('submit')
    await flushPromises()

    expect(asked[1]?.path).toBe('/api/v1/auth/verification')
    expect(page.find('[role=status]').text()).toContain('a new link is on its way')
    expect(page.find('[role=alert]').exists()).toBe(false)
  })
})

describe('a link of a mail that lost its end', () => {
  it.each([
    ['verifying', VerifyAddress],
    ['a new password', ResetPasswordForm],
  ])('is told of at once, and nobody types in vain: %s', async (_, form) => {
    const asked = anApi()
    const { page } = await mounted(form, { token: '' })

    expect(page.find('[role=alert]').text()).toContain('This link no longer works')
    expect(page.text()).toContain('Mail me a link')
    expect(page.text()).not.toContain('New password')
    expect(asked).toEqual([])
  })
})

describe('the profile', () => {
  it('is changed as it was shown, so that another tab’s change is not overwritten', async () => {
    const asked = anApi(json({ ...ME, name: 'Ada L.', version: 4 }))
    const { page } = await mounted(ProfileForm, { me: ME })

    await field(page, 'Name').setValue('Ada L.')
    await page.find('form').trigger('submit')
    await flushPromises()

    expect(asked[0]?.headers.get('if-match')).toBe('"3"')
    expect(page.text()).toContain('Saved')
  })

  it('says when it was changed elsewhere', async () => {
    anApi(problem('version-stale', 412, { noun: 'user', current_version: 4 }))
    const { page } = await mounted(ProfileForm, { me: ME })

    await page.find('form').trigger('submit')
    await flushPromises()

    expect(page.find('[role=alert]').text()).toContain('This was changed elsewhere')
  })
})

/** As in the settings, where erasing outlives the question. */
const Erasing = defineComponent({
  setup() {
    const erase = useEraseMe()
    return () => h(EraseMe, { me: ME, erase })
  },
})

function inDialog(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll<HTMLButtonElement>('[role=dialog] button')].find((each) => each.textContent.includes(name))
  if (found === undefined) throw new Error(`there is no button “${name}” in the dialog`)
  return found
}

describe('erasing the account', () => {
  async function settings(): ReturnType<typeof mounted> {
    signedIn(TOKENS)
    const shown = await mounted(AccountSettings, {}, '/account')
    await flushPromises()
    await named(shown.page, 'button', 'Erase my account').trigger('click')
    await flushPromises()
    return shown
  }

  it('can’t be closed as if it were called off while it is under way', async () => {
    let answered = (): void => undefined
    const waiting = new Promise<Response>((resolve) => {
      answered = () => {
        resolve(problem('account-needed', 409, { count: 0, obstacles: [] }))
      }
    })
    answering({ 'GET /me': () => json(ME), 'DELETE /me': () => waiting })
    await settings()
    inDialog('Erase for good').click()
    await flushPromises()

    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    await flushPromises()
    expect(inDialog('Keep my account').disabled).toBe(true)

    answered()
    await flushPromises()
    expect(inDialog('Keep my account').disabled).toBe(false)
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    await flushPromises()
    expect(document.querySelector('[role=dialog]')).toBeNull()
  })

  it('ends with the word that it is done, and a way on', async () => {
    anApi(json(ME), new Response(null, { status: 204 }))
    const { page, router } = await settings()
    inDialog('Erase for good').click()
    await vi.waitFor(() => {
      expect(page.find('[role=status]').text()).toContain('Your account is erased')
    })

    expect(isSignedIn()).toBe(false)
    expect(router.currentRoute.value.fullPath).toBe('/account')
    expect(document.activeElement).toBe(page.find('[role=status]').element)
    expect(named(page, 'a', 'What’s on').attributes('href')).toBe('/')
    expect(document.querySelector('[role=dialog]')).toBeNull()
  })

  it('is not told as done when only the session has ended', async () => {
    anApi(json(ME), problem('not-signed-in', 401), problem('session-rejected', 401), problem('not-signed-in', 401))
    const { page, router } = await settings()
    inDialog('Erase for good').click()
    await vi.waitFor(() => {
      expect(router.currentRoute.value.fullPath).toBe('/log-in?to=/account')
    })

    expect(page.text()).not.toContain('Your account is erased')
  })

  it('in another tab ends here at the log-in', async () => {
    anApi(json(ME))
    const { router } = await settings()
    signedOut()
    await flushPromises()

    expect(router.currentRoute.value.fullPath).toBe('/log-in?to=/account')
  })

  it('asks first, and names the bookings that stand in the way', async () => {
    const asked = anApi(
      problem('account-needed', 409, { count: 1, obstacles: [{ noun: 'booking', id: 'ABC123-1234567', name: 'ABC123-1234567' }] }),
    )
    const { page } = await mounted(Erasing)

    await named(page, 'button', 'Erase my account').trigger('click')
    await flushPromises()
    expect(asked).toEqual([])
    inDialog('Erase for good').click()
    await flushPromises()

    expect(asked[0]?.method).toBe('DELETE')
    expect(document.querySelector('[role=dialog] a')?.textContent).toContain('ABC123-1234567')
    expect(document.querySelector('[role=dialog] [role=alert]')?.textContent).toContain('Cancel these bookings first')
    expect(document.querySelector('[role=dialog] [role=alert]')?.textContent).not.toContain('own')
  })

  it('tells bookings that stand in the way by movie and start, and how many more there are', async () => {
    const booking = { noun: 'booking', id: 'ABC123-1234567', name: 'ABC123-1234567', movie_title: 'Kite Season', cinema_name: 'Lichtburg', starts_at: '2026-11-28T19:15:00Z', time_zone: 'Europe/Berlin' }
    anApi(problem('account-needed', 409, { count: 13, obstacles: [booking] }))
    const { page } = await mounted(Erasing)

    await named(page, 'button', 'Erase my account').trigger('click')
    await flushPromises()
    inDialog('Erase for good').click()
    await flushPromises()

    const told = document.querySelector('[role=dialog] li')
    expect(told?.querySelector('a')?.textContent).toBe('Kite Season')
    expect(told?.textContent).toMatch(/Nov.*8:15/)
    expect(told?.textContent).toContain('Lichtburg, ABC123-1234567')
    expect(document.querySelector('[role=dialog] [role=alert]')?.textContent).toContain('And 12 more.')
  })

  it('names the cinemas of an owner, to be handed over', async () => {
    anApi(problem('account-needed', 409, { count: 1, obstacles: [{ noun: 'cinema', id: '01CINEMA', name: 'Lichtburg' }] }))
    const { page } = await mounted(Erasing)

    await named(page, 'button', 'Erase my account').trigger('click')
    await flushPromises()
    inDialog('Erase for good').click()
    await flushPromises()

    const told = document.querySelector('[role=dialog] [role=alert]')?.textContent
    expect(told).toContain('Hand them over first')
    expect(told).toContain('Lichtburg')
    expect(told).not.toContain('booking')
  })
})
