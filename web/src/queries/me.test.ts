import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { defineComponent } from 'vue'

import { isSignedIn, signedIn } from '@/api/credentials'
import { answering, aHold, SHOWTIME } from '@/testing/bookings'
import { inAFreshBrowser } from '@/testing/browser'
import { mounted } from '@/testing/mount'

import { useLogOut } from './me'

const LEAVING = defineComponent({ setup: () => ({ logOut: useLogOut() }), template: '<button @click="logOut.mutate()">out</button>' })
const NAME = `matinee.selection.${SHOWTIME}`

inAFreshBrowser()

it.each([
  ['given back', () => new Response(null, { status: 204 })],
  ['left to lapse where the API can’t be reached', () => new TypeError('offline')],
])('on logging out, what the account holds is %s, and nothing of it stays', async (_, answer) => {
  signedIn({ access_token: 'one', expires_in_s: 900 })
  localStorage.setItem(NAME, JSON.stringify({ picks: [], hold: aHold(), heldBy: 'account', asking: null, ending: null, touchedAt: Date.now() }))
  const asked = answering({ 'POST /auth/logout': () => new Response(null, { status: 204 }), [`DELETE /showtimes/${SHOWTIME}/holds`]: answer })
  const { page } = await mounted(LEAVING)
  await page.get('button').trigger('click')
  await flushPromises()

  await expect.poll(() => isSignedIn(), { timeout: 5_000 }).toBe(false)
  expect(asked.map(({ method }) => method)).toContain('DELETE')
  expect(localStorage.getItem(NAME)).toBeNull()
})
