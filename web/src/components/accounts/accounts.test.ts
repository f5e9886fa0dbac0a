import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { isSignedIn } from '@/api/credentials'
import { anApi, json, problem, stubLocks } from '@/testing/api'
import { field, mounted, named } from '@/testing/mount'
import type { Me } from '@/queries/me'

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

beforeEach(() => {
  localStorage.clear()
  stubLocks()
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

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

describe('erasing the account', () => {
  it('asks first, and names the bookings that stand in the way', async () => {
    const asked = anApi(
      problem('account-needed', 409, { count: 1, obstacles: [{ noun: 'booking', id: 'ABC123-1234567', name: 'ABC123-1234567' }] }),
    )
    const { page } = await mounted(EraseMe, { me: ME })

    await named(page, 'button', 'Erase my account').trigger('click')
    await flushPromises()
    expect(asked).toEqual([])
    const sure = [...document.querySelectorAll<HTMLElement>('[role=dialog] button')].find(
      (button) => button.textContent.includes('Erase for good'),
    )
    sure?.click()
    await flushPromises()

    expect(asked[0]?.method).toBe('DELETE')
    expect(document.querySelector('[role=dialog] a')?.textContent).toContain('ABC123-1234567')
    expect(document.querySelector('[role=dialog] [role=alert]')?.textContent).toContain('Cancel these bookings first')
    expect(document.querySelector('[role=dialog] [role=alert]')?.textContent).not.toContain('own')
  })

  it('tells bookings that stand in the way by movie and start, and how many more there are', async () => {
    const booking = { noun: 'booking', id: 'ABC123-1234567', name: 'ABC123-1234567', movie_title: 'Kite Season', cinema_name: 'Lichtburg', starts_at: '2026-11-28T19:15:00Z', time_zone: 'Europe/Berlin' }
    anApi(problem('account-needed', 409, { count: 13, obstacles: [booking] }))
    const { page } = await mounted(EraseMe, { me: ME })

    await named(page, 'button', 'Erase my account').trigger('click')
    await flushPromises()
    const sure = [...document.querySelectorAll<HTMLElement>('[role=dialog] button')].find(
      (button) => button.textContent.includes('Erase for good'),
    )
    sure?.click()
    await flushPromises()

    const told = document.querySelector('[role=dialog] li')
    expect(told?.querySelector('a')?.textContent).toBe('Kite Season')
    expect(told?.textContent).toMatch(/Nov.*8:15/)
    expect(told?.textContent).toContain('Lichtburg, ABC123-1234567')
    expect(document.querySelector('[role=dialog] [role=alert]')?.textContent).toContain('And 12 more.')
  })

  it('names the cinemas of an owner, to be handed over', async () => {
    anApi(problem('account-needed', 409, { count: 1, obstacles: [{ noun: 'cinema', id: '01CINEMA', name: 'Lichtburg' }] }))
    const { page } = await mounted(EraseMe, { me: ME })

    await named(page, 'button', 'Erase my account').trigger('click')
    await flushPromises()
    const sure = [...document.querySelectorAll<HTMLElement>('[role=dialog] button')].find(
      (button) => button.textContent.includes('Erase for good'),
    )
    sure?.click()
    await flushPromises()

    const told = document.querySelector('[role=dialog] [role=alert]')?.textContent
    expect(told).toContain('Hand them over first')
    expect(told).toContain('Lichtburg')
    expect(told).not.toContain('booking')
  })
})
