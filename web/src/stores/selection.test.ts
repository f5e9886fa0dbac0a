import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'

import { signedIn, signedOut } from '@/api/credentials'
import { forgetAccountsSelections } from '@/lib/keptSelections'
import { aHold } from '@/testing/holds'

import { useSelections } from './selection'

const KEY = 'matinee.selection.SHOW01'
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
