import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type * as Client from './client'
import type * as Credentials from './credentials'
import { NoAnswer } from './problems'
import { anApi, json, problem, stubLocks } from '@/testing/api'

const tokens = (name: string): Response => json({ access_token: name, token_type: 'Bearer', expires_in_s: 900 })

async function aPage(): Promise<typeof Client & typeof Credentials> {
  vi.resetModules()
  return { ...(await import('./client')), ...(await import('./credentials')) }
}

beforeEach(() => {
  localStorage.clear()
  stubLocks()
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const page = (status: number) => new Response('<!doctype html><h1>Log in to this network</h1>', { status, headers: { 'Content-Type': 'text/html' } })

describe('a page that a proxy sends instead of an answer', () => {
  it.each([200, 401, 403, 502])('is no answer, whatever it is sent as: %i', async (status) => {
    const { answer, api } = await aPage()
    anApi(page(status))

    await expect(answer(api.GET('/v1/cinemas'))).rejects.toMatchObject({ name: 'NoAnswer' })
  })

  it('ends no session', async () => {
    const { answer, api, isSignedIn, signedIn } = await aPage()
    signedIn({ access_token: 'one', expires_in_s: 900 })
    anApi(page(401))

    await expect(answer(api.GET('/v1/me'))).rejects.toMatchObject({ name: 'NoAnswer' })
    expect(isSignedIn()).toBe(true)
  })
})

describe('a call', () => {
  it('carries the access token of a session', async () => {
    const { answer, api, signedIn } = await aPage()
    signedIn({ access_token: 'one', expires_in_s: 900 })
    const asked = anApi(json({ name: 'Ada' }))

    expect(await answer(api.GET('/v1/me'))).toEqual({ name: 'Ada' })
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer one')
  })

  it('carries the guest id of a guest, and never both', async () => {
    localStorage.setItem('matinee.guest', JSON.stringify({ guest_id: 'g1', expires_at: '2999-01-01T00:00:00Z' }))
    const { answer, api, signedIn } = await aPage()
    const asked = anApi(json({}), json({}))

    await answer(api.GET('/v1/cinemas'))
    signedIn({ access_token: 'one', expires_in_s: 900 })
    await answer(api.GET('/v1/cinemas'))

    expect(asked.map(({ headers }) => [headers.get('guest-id'), headers.get('authorization')])).toEqual([
      ['g1', null],
      [null, 'Bearer one'],
    ])
  })

  it('of auth takes no token along: one that has run out must not keep people from logging in', async () => {
    const { answer, api, signedIn } = await aPage()
    signedIn({ access_token: 'one', expires_in_s: -1 })
    const asked = anApi(json({}))

    await answer(api.POST('/v1/auth/login', { body: { email: 'a@b.example', password: 'x', tokens_in: 'cookie' } }))

    expect(asked[0]?.headers.get('authorization')).toBeNull()
  })

  it('whose token counts no more is repeated with the next one, its body too', async () => {
    const { answer, api, signedIn } = await aPage()
    signedIn({ access_token: 'one', expires_in_s: 900 })
    const asked = anApi(problem('not-signed-in', 401), tokens('two'), json({}))

    await answer(api.POST('/v1/bookings', { body: { name: 'Ada', other_seats_agreed: false } }))

    expect(asked.map(({ path }) => path)).toEqual(['/api/v1/bookings', '/api/v1/auth/refresh', '/api/v1/bookings'])
    expect(asked[2]?.headers.get('authorization')).toBe('Bearer two')
    expect(asked[2]?.body).toBe(asked[0]?.body)
  })

  it('that is refused for another reason is not repeated', async () => {
    const { answer, api, signedIn } = await aPage()
    signedIn({ access_token: 'one', expires_in_s: 900 })
    anApi(problem('booking-token-rejected', 401))

    const reading = answer(api.GET('/v1/bookings/{reference}', { params: { path: { reference: 'ABC-1' } } }))

    await expect(reading).rejects.toMatchObject({ problem: { type: '/problems/booking-token-rejected' } })
  })

  it('that is refused throws the problem', async () => {
    const { answer, api } = await aPage()
    anApi(problem('not-found', 404, { noun: 'movie', id: 'x' }))

    const reading = answer(api.GET('/v1/movies/{movie_id}', { params: { path: { movie_id: 'x' } } }))

    await expect(reading).rejects.toMatchObject({ name: 'Refusal', problem: { noun: 'movie' } })
  })

  it.each([
    ['before it is sent', 10, []],
    ['after its own was refused', 900, [problem('not-signed-in', 401)]],
  ])('for which no token is given now throws why, and how long to wait: %s', async (_, life, before) => {
    const { answer, api, signedIn, isSignedIn } = await aPage()
    signedIn({ access_token: 'one', expires_in_s: life })
    const asked = anApi(...before, json({ type: '/problems/too-many-requests', title: '', status: 429, detail: '' }, 429, { 'Retry-After': '60' }))

    const told = { name: 'Refusal', problem: { type: '/problems/too-many-requests' }, waitMs: 60_000 }
    await expect(answer(api.GET('/v1/me'))).rejects.toMatchObject(told)
    expect(isSignedIn()).toBe(true)
    expect(asked.at(-1)?.path).toBe('/api/v1/auth/refresh')
  })

  it('that nobody answers throws NoAnswer', async () => {
    const { answer, api } = await aPage()
    anApi(new TypeError('Failed to fetch'))

    await expect(answer(api.GET('/v1/cinemas'))).rejects.toMatchObject({ name: NoAnswer.name })
  })

  it('answered by something that is not the API throws NoAnswer', async () => {
    const { answer, api } = await aPage()
    anApi(new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } }))

    await expect(answer(api.GET('/v1/cinemas'))).rejects.toMatchObject({ name: NoAnswer.name })
  })
})

describe('the clock', () => {
  it('is the server’s, as the last answer told it', async () => {
    const { answer, api } = await aPage()
    const { serverNow } = await import('./clock')
    const told = new Date(Date.now() + 3_600_000).toUTCString()
    anApi(json({}, 200, { Date: told }))

    await answer(api.GET('/v1/cinemas'))

    expect(Math.abs(serverNow() - Date.parse(told))).toBeLessThan(2_000)
  })

  it('is not put back by what the browser kept of an earlier answer, but by what was answered now', async () => {
    const { answer, api } = await aPage()
    const { serverNow } = await import('./clock')
    const dated = (minutes: number): Response => json({}, 200, { Date: new Date(Date.now() + minutes * 60_000).toUTCString() })
    const offset = (): number => Math.round((serverNow() - Date.now()) / 60_000) || 0
    anApi(dated(0), dated(-5), dated(-3 * 60), dated(60), json({}, 200, { Date: new Date().toUTCString() }))

    await answer(api.GET('/v1/cinemas'))
    await answer(api.GET('/v1/cinemas'))
    expect(offset()).toBe(0)
    await answer(api.GET('/v1/cinemas'))
    expect(offset(), 'no cache keeps for hours').toBe(-180)
    await answer(api.GET('/v1/cinemas'))
    expect(offset()).toBe(60)
    await answer(api.POST('/v1/auth/logout', { body: {} }))
    expect(offset()).toBe(0)
  })

  it('is not set by an answer out of a cache', async () => {
    const { answer, api } = await aPage()
    const { serverNow } = await import('./clock')
    anApi(json({}, 200, { Date: new Date(Date.now() - 3_600_000).toUTCString(), Age: '3600' }))

    await answer(api.GET('/v1/cinemas'))

    expect(Math.abs(serverNow() - Date.now())).toBeLessThan(1_000)
  })
})
