import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'

import { signedIn, signedOut } from '@/api/credentials'
import { useSelections } from '@/stores/selection'
import { anApi, json, problem, stubLocks } from '@/testing/api'
import { aHold } from '@/testing/holds'
import { mounted } from '@/testing/mount'

import { type UseHold, useHold } from './holds'
import { requestOf } from './holdTaking'

const GUEST = { guest_id: 'guest', expires_at: '2999-01-01T00:00:00Z' }
const gone = (): Response => new Response(null, { status: 204 })
const noNetwork = (): Error => new TypeError('Failed to fetch')
const wanted = requestOf([
  { seat: 'A-1', ticketType: 'adult' },
  { seat: 'A-2', ticketType: 'adult' },
])

let leave = (): void => undefined

async function holding(): Promise<UseHold> {
  const made: UseHold[] = []
  const { page } = await mounted(
    defineComponent({
      setup() {
        made.push(useHold('SHOW01'))
        return () => null
      },
    }),
  )
  leave = () => {
    page.unmount()
  }
  const [hold] = made
  if (hold === undefined) throw new Error('There is no hold')
  return hold
}

beforeEach(() => {
  localStorage.clear()
  signedOut()
  localStorage.setItem('matinee.guest', JSON.stringify(GUEST))
  stubLocks()
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearInterval', 'clearTimeout'] })
})
afterEach(() => {
  leave()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

async function settled<Answer>(asked: Promise<Answer>): Promise<Answer> {
  const done = asked.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  )
  for (let i = 0; i < 12; i += 1) {
    await flushPromises()
    await vi.advanceTimersByTimeAsync(500)
  }
  const result = await done
  if ('error' in result) throw result.error
  return result.answer
}

describe('holding', () => {
  it('is repeated with the same key and body when the answer is lost', async () => {
    const asked = anApi(noNetwork(), json(aHold(), 201))
    const { take, hold } = await holding()

    await settled(take(wanted))

    expect(hold.value?.seats).toEqual(['A-1', 'A-2'])
    expect(asked[0]?.headers.get('Idempotency-Key')).toBe(asked[1]?.headers.get('Idempotency-Key'))
    expect(asked[0]?.body).toBe(asked[1]?.body)
  })

  it('keeps a request that nobody answered, to be asked again with its key', async () => {
    const asked = anApi(noNetwork(), noNetwork(), noNetwork(), noNetwork(), json(aHold(), 201))
    const { take, hold } = await holding()

    await expect(settled(take(wanted))).rejects.toThrow()
    expect(useSelections().of('SHOW01').asking?.body).toEqual(wanted)
    await settled(take(wanted))

    expect(hold.value?.token).toBe('token')
    expect(new Set(asked.map(({ headers }) => headers.get('Idempotency-Key'))).size).toBe(1)
  })

  it('keeps a request that nobody answered though too much is asked when it is repeated', async () => {
    const asked = anApi(noNetwork(), problem('too-many-requests', 429))
    const hold = await holding()

    await expect(settled(hold.take(wanted))).rejects.toThrow('too-many-requests')

    expect(useSelections().of('SHOW01').asking?.key).toBe(asked[0]?.headers.get('Idempotency-Key'))
  })

  it('gives back what an unanswered request took before it asks for something else', async () => {
    const asked = anApi(noNetwork(), noNetwork(), noNetwork(), noNetwork(), json(aHold(), 201), gone(), json(aHold({ seats: ['B-1'] }), 201))
    const { take, hold } = await holding()

    await expect(settled(take(wanted))).rejects.toThrow()
    await settled(take(requestOf([{ seat: 'B-1', ticketType: null }])))

    expect(asked.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'POST', 'POST', 'DELETE', 'POST'])
    expect(hold.value?.seats).toEqual(['B-1'])
  })

  it('forgets a request that was refused', async () => {
    anApi(problem('seat-unavailable', 409, { seats: ['A-1'], alternative: [] }))
    const { take } = await holding()

    await expect(settled(take(wanted))).rejects.toMatchObject({ problem: { seats: ['A-1'] } })
    expect(useSelections().of('SHOW01').asking).toBeNull()
  })
})

describe('other seats instead', () => {
  it('are held before the present ones are given back, if they have none in common', async () => {
    const asked = anApi(json(aHold(), 201), json(aHold({ seats: ['B-1'], token: 'new' }), 201), gone())
    const { take, hold } = await holding()

    await settled(take(wanted))
    await settled(take(requestOf([{ seat: 'B-1', ticketType: null }])))

    expect(asked.map(({ method }) => method)).toEqual(['POST', 'POST', 'DELETE'])
    expect(asked[2]?.headers.get('Hold-Token')).toBe('token')
    expect(hold.value?.token).toBe('new')
  })

  it('leave the present ones held when they are refused', async () => {
    const refusal = problem('seat-unavailable', 409, { seats: ['A-3'], alternative: [] })
    const asked = anApi(json(aHold(), 201), gone(), refusal, json(aHold({ token: 'again' }), 201))
    const { take, hold } = await holding()

    await settled(take(wanted))
    const wider = requestOf(['A-1', 'A-2', 'A-3'].map((seat) => ({ seat, ticketType: null })))
    await expect(settled(take(wider))).rejects.toThrow()

    expect(asked.map(({ method }) => method)).toEqual(['POST', 'DELETE', 'POST', 'POST'])
    expect(hold.value?.token).toBe('again')
  })
})

describe('the end of a hold', () => {
  it('is told when the server says that it ran out', async () => {
    anApi(json(aHold(), 201), problem('hold-expired', 410, { expires_at: '2026-11-22T05:00:00Z' }))
    const { take, extend, hold, isExpired } = await holding()

    await settled(take(wanted))
    await settled(extend())

    expect(hold.value).toBeNull()
    expect(isExpired.value).toBe(true)
  })

  it('is asked about once its last second is over, in which the seats are still taken', async () => {
    const asked = anApi(json(aHold({ seconds: 20 }), 201), problem('hold-expired', 410, { expires_at: '2026-11-22T05:00:00Z' }))
    const { take, secondsLeft, isExpired } = await holding()
    await settled(take(wanted))

    await vi.advanceTimersByTimeAsync(15_000)
    expect(secondsLeft.value).toBe(0)
    expect(asked).toHaveLength(1)

    await vi.advanceTimersByTimeAsync(2_000)
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET'])
    expect(isExpired.value).toBe(true)
  })

  it('names the booking that it became', async () => {
    anApi(json(aHold(), 201), problem('hold-checked-out', 409, { reference: 'SHOW01-ABC' }))
    const { take, release, ending } = await holding()

    await settled(take(wanted))
    await settled(release())

    expect(ending.value).toEqual({ how: 'checked-out', reference: 'SHOW01-ABC' })
  })

  it('is the server’s to say: a hold prolonged elsewhere goes on', async () => {
    anApi(json(aHold({ seconds: 1 }), 201), json(aHold({ token: 'prolonged' })))
    const { take, hold } = await holding()

    await settled(take(wanted))

    expect(hold.value?.token).toBe('prolonged')
  })
})

describe('a hold on a device whose clock is wrong', () => {
  it('is not over before the server has told its time', async () => {
    keptByAnotherTab(aHold())
    vi.setSystemTime(Date.now() + 3 * 3_600_000)
    anApi(...Array.from({ length: 3 }, noNetwork))
    const { hold } = await holding()
    await settled(Promise.resolve())

    expect(hold.value?.token).toBe('token')
  })
})

describe('a hold that another tab changed meanwhile', () => {
  it('is not replaced by what is answered about the one before', async () => {
    keptByAnotherTab(aHold())
    anApi(json(aHold()))
    const { check, hold } = await holding()
    const checking = check()
    keptByAnotherTab(aHold({ token: 'newer' }))
    await settled(checking)

    expect(hold.value?.token).toBe('newer')
  })

  it('is not lost by a refusal of the one before', async () => {
    keptByAnotherTab(aHold())
    anApi(problem('hold-token-rejected', 403))
    const { check, hold, ending } = await holding()
    const checking = check()
    keptByAnotherTab(aHold({ token: 'newer' }))
    await settled(checking)

    expect(hold.value?.token).toBe('newer')
    expect(ending.value).toBeNull()
  })
})

describe('an account’s hold', () => {
  it('is not asked about by nobody: its owner logs in again and goes on', async () => {
    keptByAnotherTab(aHold(), 'account')
    const asked = anApi()
    const { check, needsLogIn, hold } = await holding()
    await settled(check())
    expect([needsLogIn.value, hold.value?.token, asked]).toEqual([true, 'token', []])

    signedIn({ access_token: 'one', expires_in_s: 600 })

    expect(needsLogIn.value).toBe(false)
  })
})

/** As another tab keeps it. */
function keptByAnotherTab(hold: ReturnType<typeof aHold>, by: 'account' | 'guest' = 'guest'): void {
  const picks = hold.seats.map((seat) => ({ seat, ticketType: 'adult' }))
  const selection = { picks, hold, heldBy: by, asking: null, ending: null, touchedAt: Date.now() }
  localStorage.setItem('matinee.selection.SHOW01', JSON.stringify(selection))
}
