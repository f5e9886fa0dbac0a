import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { knownGuest, signedIn, signedOut } from '@/api/credentials'
import { forgetAccountsSelections } from '@/lib/keptSelections'
import { aHold } from '@/testing/holds'

import { useSelections } from './selection'

const KEY = 'matinee.selection.SHOW01'
/** As the API makes them: what is read of it is whom it is for. */
const tokensOf = (account: string) => ({ ...tokens, access_token: `e30.${btoa(JSON.stringify({ sub: account }))}.x` })
const tokens = { access_token: 'a', expires_in_s: 600, refresh_token: null, device_token: null, token_type: 'Bearer' as const }

beforeEach(() => {
  localStorage.clear()
  signedOut()
  setActivePinia(createPinia())
})

describe('what is picked and held', () => {
  it('outlives a reload', () => {
    useSelections().pick('SHOW01', [{ seat: 'A-1', ticketType: 'child' }])
    useSelections().keepHold('SHOW01', aHold())
    setActivePinia(createPinia())

    expect(useSelections().of('SHOW01').hold?.token).toBe('token')
    expect(useSelections().of('SHOW01').picks.map(({ seat }) => seat)).toEqual(['A-1', 'A-2'])
  })

  it('is each showtime’s own', () => {
    useSelections().keepHold('SHOW01', aHold())
    expect(useSelections().of('SHOW02').hold).toBeNull()
  })

  it('comes over from another tab', () => {
    const store = useSelections()
    store.keepHold('SHOW01', aHold())
    const told = JSON.parse(localStorage.getItem(KEY) ?? '') as Record<string, unknown>
    const newValue = JSON.stringify({ ...told, hold: aHold({ token: 'longer' }) })
    window.dispatchEvent(new StorageEvent('storage', { key: KEY, newValue }))

    expect(store.of('SHOW01').hold?.token).toBe('longer')
  })

  it('is never more than can be had at once, whatever was kept', () => {
    const picks = Array.from({ length: 14 }, (_, i) => ({ seat: `A-${String(i + 1)}`, ticketType: null }))
    localStorage.setItem(KEY, JSON.stringify({ picks, hold: null, heldBy: 'guest', asking: null, ending: null, touchedAt: Date.now() }))

    expect(useSelections().of('SHOW01').picks).toEqual(picks.slice(0, 10))
  })

  it('is begun anew where something else was kept', () => {
    const nothing = { picks: [], hold: null, heldBy: 'guest', asking: null, ending: null, touchedAt: Date.now() }
    const otherwise = [{ picks: [null] }, { hold: {} }, { hold: { ...aHold(), quote: {} } }, { asking: {} }, { ending: { how: 'otherwise' } }]
    const kept = otherwise.map((part) => JSON.stringify({ ...nothing, picks: [{ seat: 'A-1', ticketType: null }], ...part }))
    for (const text of ['no json', '{"picks":1}', 'null', '[]', ...kept]) {
      localStorage.setItem(KEY, text)
      setActivePinia(createPinia())
      expect(useSelections().of('SHOW01').picks, text).toEqual([])
    }
  })

  it('is not resumed half a day later', () => {
    useSelections().pick('SHOW01', [{ seat: 'A-1', ticketType: null }])
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '') as Record<string, unknown>
    localStorage.setItem(KEY, JSON.stringify({ ...kept, touchedAt: 0 }))
    setActivePinia(createPinia())

    expect(useSelections().of('SHOW01').picks).toEqual([])
    expect(localStorage.getItem(KEY)).toBeNull()
  })
})

describe('a hold that ends', () => {
  it('leaves its seats picked, to be tried again', () => {
    const store = useSelections()
    store.keepHold('SHOW01', aHold())
    store.endHold('SHOW01', { how: 'expired' })

    expect(store.of('SHOW01').hold).toBeNull()
    expect(store.of('SHOW01').picks).toHaveLength(2)
    expect(store.of('SHOW01').ending).toEqual({ how: 'expired' })
  })

  it('leaves nothing picked once it became a booking', () => {
    const store = useSelections()
    store.keepHold('SHOW01', aHold())
    store.endHold('SHOW01', { how: 'checked-out', reference: 'ABC-123' })

    expect(store.of('SHOW01').picks).toEqual([])
  })
})

describe('logging out', () => {
  it('forgets the holds of the account, before any page about seats was opened too', () => {
    signedIn(tokens)
    const store = useSelections()
    store.keepHold('SHOW01', aHold())
    forgetAccountsSelections()
    signedOut()

    expect(store.of('SHOW01').hold).toBeNull()
    expect(localStorage.getItem(KEY)).toBeNull()
  })

  it('is not a session that ended by itself: its owner may come back to the seats', () => {
    signedIn(tokens)
    const store = useSelections()
    store.keepHold('SHOW01', aHold())
    signedOut()

    expect(store.of('SHOW01').hold?.token).toBe('token')
  })

  it('leaves a guest’s hold when somebody logs in', () => {
    const store = useSelections()
    store.keepHold('SHOW01', aHold())
    signedIn(tokens)

    expect(store.of('SHOW01').hold).not.toBeNull()
  })
})

describe('what an account picked', () => {
  const picked = [{ seat: 'A-1', ticketType: null }]

  it('is not shown to the next person when its session ended by itself, and is there when its owner is back', () => {
    signedIn(tokensOf('clara'))
    const store = useSelections()
    store.pick('SHOW01', picked)
    signedOut()
    expect(store.of('SHOW01').picks).toEqual([])

    signedIn(tokensOf('clara'))
    expect(store.of('SHOW01').picks).toEqual(picked)
  })

  it('is gone when somebody else logs in', () => {
    signedIn(tokensOf('clara'))
    useSelections().pick('SHOW01', picked)
    signedOut()
    setActivePinia(createPinia())
    const store = useSelections()
    signedIn(tokensOf('dilip'))

    expect(store.of('SHOW01').picks).toEqual([])
    expect(localStorage.getItem(KEY)).toBeNull()
  })

  it('is gone when its owner logs out', () => {
    signedIn(tokensOf('clara'))
    const store = useSelections()
    store.pick('SHOW01', picked)
    forgetAccountsSelections()
    signedOut()

    expect(store.of('SHOW01').picks).toEqual([])
    expect(localStorage.getItem(KEY)).toBeNull()
  })

  it('and held is shown for as long as it is held, for its owner to log in again', () => {
    vi.useFakeTimers()
    signedIn(tokensOf('clara'))
    const store = useSelections()
    store.keepHold('SHOW01', aHold({ seconds: 60 }))
    signedOut()
    expect(store.of('SHOW01').hold?.token).toBe('token')

    vi.advanceTimersByTime(61_000)
    expect(store.of('SHOW01')).toMatchObject({ hold: null, picks: [] })
    vi.useRealTimers()
  })
})

describe('taking a booking off the device', () => {
  const guest = (): void => {
    localStorage.setItem('matinee.guest', JSON.stringify({ guest_id: 'g', expires_at: '2099-01-01T00:00:00Z' }))
  }

  it('forgets how it was checked out, and makes another guest of whoever comes next', () => {
    guest()
    const store = useSelections()
    store.keepHold('SHOW01', aHold())
    store.endHold('SHOW01', { how: 'checked-out', reference: 'ABC-123' })
    store.forgetCheckedOut('ABC-123')

    expect(store.of('SHOW01').ending).toBeNull()
    expect(knownGuest()).toBeNull()
  })

  it('takes no seats from a guest who holds some', () => {
    guest()
    const store = useSelections()
    store.keepHold('SHOW02', aHold())
    store.forgetCheckedOut('ABC-123')

    expect(knownGuest()).toBe('g')
  })
})
