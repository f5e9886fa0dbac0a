import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type * as Credentials from './credentials'
import { anApi, json, problem, stubLocks } from '@/testing/api'

const tokens = (name: string, life = 900): Response =>
  json({ access_token: name, token_type: 'Bearer', expires_in_s: life, refresh_token: null })

async function aTab(): Promise<typeof Credentials> {
  vi.resetModules()
  return await import('./credentials')
}

beforeEach(() => {
  localStorage.clear()
  stubLocks()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a session', () => {
  it('of nobody asks nothing of the API', async () => {
    const asked = anApi()
    const tab = await aTab()

    expect(await tab.accessToken()).toBeNull()
    expect(asked).toEqual([])
  })

  it('survives a reload by the refresh cookie', async () => {
    const before = await aTab()
    before.signedIn({ access_token: 'one', expires_in_s: 900 })
    const asked = anApi(tokens('two'))
    const after = await aTab()

    expect(after.isSignedIn()).toBe(true)
    expect(await after.accessToken()).toBe('two')
    expect(asked.map(({ path }) => path)).toEqual(['/api/v1/auth/refresh'])
  })

  it('is refreshed before it ends, once for all who ask at once', async () => {
    const tab = await aTab()
    tab.signedIn({ access_token: 'one', expires_in_s: 59 })
    const asked = anApi(tokens('two'))

    const got = await Promise.all([tab.accessToken(), tab.accessToken(), tab.accessToken()])

    expect(got).toEqual(['two', 'two', 'two'])
    expect(asked).toHaveLength(1)
  })

  it('is refreshed once for two tabs that need it at the same moment', async () => {
    localStorage.setItem('matinee.session', 'here')
    const [first, second] = [await aTab(), await aTab()]
    const asked = anApi(tokens('two'))

    const heard = new Promise<void>((resolve) => {
      second.onSessionChange(resolve)
    })

    const one = first.accessToken()
    // What one tab has told, the other hears in a task of its own.
    const other = heard.then(() => second.accessToken())

    expect(await one).toBe('two')
    expect(await other).toBe('two')
    expect(asked).toHaveLength(1)
  })

  it('is told apart from garbage: what is no guest id is asked for anew', async () => {
    const tab = await aTab()
    for (const garbage of ['{{', '5', '{"a":1}', 'null']) {
      localStorage.setItem('matinee.guest', garbage)
      expect(tab.knownGuest(), garbage).toBeNull()
    }
    anApi(json({ guest_id: 'g1', expires_at: '2999-01-01T00:00:00Z' }, 201))

    expect(await tab.guestId()).toBe('g1')
    expect(tab.knownGuest()).toBe('g1')
  })

  it('that the server has ended is over here too, and its listeners hear it', async () => {
    localStorage.setItem('matinee.session', 'here')
    anApi(problem('session-over', 401))
    const tab = await aTab()
    const heard = vi.fn()
    tab.onSessionChange(heard)

    expect(await tab.accessToken()).toBeNull()
    expect(tab.isSignedIn()).toBe(false)
    expect(heard).toHaveBeenCalled()
  })

  it('is not ended by a dropped connection', async () => {
    localStorage.setItem('matinee.session', 'here')
    anApi(new TypeError('Failed to fetch'))
    const tab = await aTab()

    await expect(tab.accessToken()).rejects.toThrow('Failed to fetch')
    expect(tab.isSignedIn()).toBe(true)
  })
})

describe('a refresh that the API puts off', () => {
  const busy = (slug: string, status: number, after: string): Response =>
    json({ type: `/problems/${slug}`, title: slug, status, detail: '' }, status, { 'Retry-After': after })

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
    localStorage.setItem('matinee.session', 'here')
  })

  /** What a tab is told that wants a token now. */
  async function refusedTo(tab: typeof Credentials): Promise<{ name: string; problem?: { type: string }; waitMs: number }> {
    return (await tab.accessToken().catch((error: unknown) => error)) as { name: string; waitMs: number }
  }

  it.each([
    ['too-many-requests', 429],
    ['unavailable', 503],
  ])('is told for what it is, and signs nobody out: %s', async (slug, status) => {
    anApi(busy(slug, status, '2'))
    const tab = await aTab()

    expect(await refusedTo(tab)).toMatchObject({ name: 'Refusal', problem: { type: `/problems/${slug}` }, waitMs: 2_000 })
    expect(tab.isSignedIn()).toBe(true)
  })

  it('is not asked for again before it is time, by no tab and after no reload, and then is', async () => {
    const asked = anApi(busy('too-many-requests', 429, '90'), tokens('two'))
    const [tab, other] = [await aTab(), await aTab()]
    await refusedTo(tab)

    vi.setSystemTime(Date.now() + 80_500)
    for (const each of [tab, other, await aTab()]) {
      expect(await refusedTo(each)).toMatchObject({ problem: { type: '/problems/too-many-requests' }, waitMs: 10_000 })
    }
    expect(asked).toHaveLength(1)

    vi.setSystemTime(Date.now() + 10_000)
    expect(await other.accessToken()).toBe('two')
  })

  it('is waited for as well where something else than the API answers', async () => {
    const asked = anApi(new Response('<h1>Busy</h1>', { status: 503, headers: { 'Retry-After': '30' } }))
    const tab = await aTab()

    const told = [await refusedTo(tab), await refusedTo(tab)]

    expect(told).toMatchObject([1, 2].map(() => ({ name: 'NoAnswer', waitMs: 30_000 })))
    expect(asked).toHaveLength(1)
  })

  it('for a day is put off for minutes', async () => {
    anApi(busy('unavailable', 503, '86400'), tokens('two'))
    const tab = await aTab()
    await refusedTo(tab)

    vi.setSystemTime(Date.now() + 10 * 60_000)

    expect(await tab.accessToken()).toBe('two')
  })

  it('is asked for at once by a clock that was set back meanwhile', async () => {
    anApi(busy('unavailable', 503, '60'), tokens('two'))
    const tab = await aTab()
    await refusedTo(tab)

    vi.setSystemTime(Date.now() - 3_600_000)

    expect(await tab.accessToken()).toBe('two')
  })

  it.each(['{{', '5', '{"at":1}', '{"at":"x","waitMs":1,"problem":null}', `{"at":${String(Date.now())},"waitMs":9e9,"problem":{}}`])(
    'is told apart from garbage: %s',
    async (garbage) => {
      localStorage.setItem('matinee.refresh.later', garbage)
      anApi(tokens('two'))

      expect(await (await aTab()).accessToken()).toBe('two')
    },
  )

  it('is over for whoever logs in', async () => {
    const asked = anApi(busy('unavailable', 503, '60'), tokens('two'))
    const tab = await aTab()
    await refusedTo(tab)

    tab.signedIn({ access_token: 'one', expires_in_s: 30 })

    expect(await tab.accessToken()).toBe('two')
    expect(asked).toHaveLength(2)
  })

  it('for a reason of its own says nothing about what was asked for', async () => {
    anApi(problem('not-found', 404))

    expect((await refusedTo(await aTab())).name).toBe('Error')
  })
})

describe('whose session it is', () => {
  it('is told by the access token, and known after a reload before anything is asked', async () => {
    const token = `e30.${btoa(JSON.stringify({ sub: '01CLARA' })).replaceAll('=', '')}.x`
    const tab = await aTab()
    tab.signedIn({ access_token: token, expires_in_s: 900 })

    expect([tab.accountId(), (await aTab()).accountId()]).toEqual(['01CLARA', '01CLARA'])
    tab.signedOut()
    expect(tab.accountId()).toBeNull()
  })

  it.each(['one', 'a.b.c', `e30.${btoa('null')}.x`, `e30.${btoa('{}')}.x`])('is not known of a token that does not tell: %s', async (token) => {
    const tab = await aTab()
    tab.signedIn({ access_token: token, expires_in_s: 900 })

    expect(tab.accountId()).toBeNull()
    expect(tab.isSignedIn()).toBe(true)
  })
})

it.each([
  ['a session', 'matinee.session', { access_token: 3 }, (tab: typeof Credentials) => tab.accessToken()],
  ['a guest', 'matinee.other', { guest_id: null }, (tab: typeof Credentials) => tab.guestId()],
])('what is no answer about %s is not taken for one', async (_, name, body, ask) => {
  localStorage.setItem(name, 'here')
  anApi(json(body))

  await expect(ask(await aTab())).rejects.toThrow('answered something else')
})

describe('a guest', () => {
  it('that is forgotten is another one the next time', async () => {
    anApi(...['g1', 'g2'].map((id) => json({ guest_id: id, expires_at: '2999-01-01T00:00:00Z' }, 201)))
    const tab = await aTab()
    const before = await tab.guestId()
    tab.forgetGuest()

    expect([before, tab.knownGuest(), await tab.guestId()]).toEqual(['g1', null, 'g2'])
  })


  it('is the same one each time', async () => {
    const asked = anApi(json({ guest_id: 'g1', expires_at: '2999-01-01T00:00:00Z' }, 201))
    const tab = await aTab()

    expect([await tab.guestId(), await tab.guestId()]).toEqual(['g1', 'g1'])
    expect(tab.knownGuest()).toBe('g1')
    expect(asked).toHaveLength(1)
  })

  it('whose id has run out gets another', async () => {
    localStorage.setItem('matinee.guest', JSON.stringify({ guest_id: 'g0', expires_at: '2001-01-01T00:00:00Z' }))
    anApi(json({ guest_id: 'g1', expires_at: '2999-01-01T00:00:00Z' }, 201))
    const tab = await aTab()

    expect(tab.knownGuest()).toBeNull()
    expect(await tab.guestId()).toBe('g1')
  })
})
