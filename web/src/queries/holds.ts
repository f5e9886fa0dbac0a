/**
 * Holding seats, keeping them and giving them back.
 *
 * A reply may be lost after the seats were taken: a request is kept until it is answered, and repeated with the same key
 * and body, over a reload too. So nobody is told "taken" of what is theirs.
 */
import { computed, type ComputedRef, type MaybeRefOrGetter, onScopeDispose, readonly, ref, type Ref, toValue, watch } from 'vue'

import { answer, api, newKey } from '@/api/client'
import { isClockKnown, serverNow } from '@/api/clock'
import { guestId, isSignedIn } from '@/api/credentials'
import { isRefusal, mayPass } from '@/api/problems'
import { oneAtATime } from '@/lib/device'
import { useNow } from '@/lib/ticking'
import { type Asking, type Ending, type Hold, type HoldRequest, type Pick, useSelections } from '@/stores/selection'
import { useSession } from '@/stores/session'

import { useFreeing } from './availability'

const TRIES = 3
const PAUSE_MS = 700
/** No cinema holds seats for longer without an extension: an older request holds nothing any more. */
const ASKING_MS = 60 * 60_000

/** Seats stay taken through the last second, and this clock may be a second off: who asks sooner hears that they are. */
const LAST_SECOND_MS = 2_000

export interface HoldTime {
  hold: ComputedRef<Hold | null>
  /** Whole seconds left, by the server's clock; 0 without a hold. */
  secondsLeft: ComputedRef<number>
}

export interface UseHold extends HoldTime {
  /** The last hold ran out, and no other has been made since. */
  isExpired: ComputedRef<boolean>
  /** The hold is an account's whose session ended: only its owner can go on with it. */
  needsLogIn: ComputedRef<boolean>
  ending: ComputedRef<Ending | null>
  /** Whether there is time left that the hold could be extended by. */
  canExtend: ComputedRef<boolean>
  /** What is under way. */
  busy: Readonly<Ref<'holding' | 'extending' | 'releasing' | 'changing-types' | null>>
  /** Hold these seats, or the best for a party; instead of the present hold, if there is one. Throws Refusal, NoAnswer. */
  take: (body: HoldRequest) => Promise<Hold>
  extend: () => Promise<void>
  release: () => Promise<void>
  /** Other ticket types over the same seats: a new quote, a new token. */
  changeTypes: (types: readonly { seat: string; ticket_type: string }[]) => Promise<void>
  /** Ask the server what has become of the hold. */
  check: () => Promise<void>
  /** The hold was checked out: its seats are a booking's now. */
  forget: () => void
}

/** The hold of a showtime to look at, without anything to do about it. */
export function useHoldTime(showtimeId: MaybeRefOrGetter<string>): HoldTime {
  const store = useSelections()
  const now = useNow()
  const hold = computed(() => store.of(toValue(showtimeId)).hold)
  const secondsLeft = computed(() =>
    hold.value === null ? 0 : Math.max(0, Math.ceil((Date.parse(hold.value.expires_at) - now.value) / 1000)),
  )
  return { hold, secondsLeft }
}

/** The hold of a showtime, if this browser has one. The same in every component and every tab. */
export function useHold(showtimeId: MaybeRefOrGetter<string>): UseHold {
  const store = useSelections()
  const session = useSession()
  const free = useFreeing()
  const now = useNow()
  const { hold, secondsLeft } = useHoldTime(showtimeId)
  const busy = ref<'holding' | 'extending' | 'releasing' | 'changing-types' | null>(null)
  const id = (): string => toValue(showtimeId)

  const ending = computed(() => store.of(id()).ending)
  const isExpired = computed(() => ending.value?.how === 'expired')
  const needsLogIn = computed(() => hold.value !== null && store.of(id()).heldBy === 'account' && !session.signedIn)
  const canExtend = computed(
    () => hold.value !== null && Date.parse(hold.value.latest_expiry) - Date.parse(hold.value.expires_at) >= 1000,
  )

  async function during<Answer>(what: NonNullable<typeof busy.value>, act: () => Promise<Answer>): Promise<Answer> {
    busy.value = what
    try {
      return await act()
    } finally {
      busy.value = null
    }
  }

  /** What a refusal says about the hold itself; any other error is the caller's. */
  function ended(error: unknown): boolean {
    const seats = hold.value?.seats ?? []
    if (isRefusal(error, '/problems/hold-expired')) {
      store.endHold(id(), { how: 'expired' })
      free(id(), seats)
    } else if (isRefusal(error, '/problems/hold-checked-out')) {
      store.endHold(id(), { how: 'checked-out', reference: error.problem.reference })
    } else if (isRefusal(error, '/problems/hold-token-rejected') || isRefusal(error, '/problems/hold-again')) {
      store.endHold(id(), { how: 'lost' })
    } else {
      return false
    }
    return true
  }

  async function withHold(act: (held: Hold) => Promise<Hold | null>): Promise<void> {
    const held = hold.value
    if (held === null || needsLogIn.value) return
    try {
      const next = await act(held)
      if (next !== null && isStill(held)) store.keepHold(id(), next)
    } catch (error) {
      if (isStill(held) && !ended(error)) throw error
    }
  }

  /** Another tab may have changed it meanwhile: what is answered about the hold before says nothing about this one. */
  function isStill(held: Hold): boolean {
    return store.reread(id()).hold?.token === held.token
  }

  const extend = (): Promise<void> =>
    during('extending', () =>
      withHold((held) =>
        answer(api.POST('/v1/showtimes/{showtime_id}/holds/extension', { params: at(id()), headers: proof(held) })),
      ),
    )

  const release = (): Promise<void> =>
    during('releasing', () =>
      withHold(async (held) => {
        await giveBack(id(), held)
        store.endHold(id(), null)
        free(id(), held.seats)
        return null
      }),
    )

  const changeTypes = (types: readonly { seat: string; ticket_type: string }[]): Promise<void> =>
    during('changing-types', () =>
      withHold((held) =>
        answer(
          api.POST('/v1/showtimes/{showtime_id}/holds/ticket-types', {
            params: at(id()),
            headers: proof(held),
            body: { seats: [...types] },
          }),
        ),
      ),
    )

  const check = (): Promise<void> =>
    withHold((held) => answer(api.GET('/v1/showtimes/{showtime_id}/holds', { params: at(id()), headers: proof(held) })))

  const take = (body: HoldRequest): Promise<Hold> =>
    during('holding', async () => {
      const before = hold.value
      const taken = await oneAtATime(`matinee.hold.${id()}`, () => takeInstead(id(), before, body))
      if (before !== null) free(id(), before.seats.filter((seat) => !taken.seats.includes(seat)))
      return taken
    }).catch((error: unknown) => {
      ended(error)
      throw error
    })

  async function takeInstead(showtime: string, before: Hold | null, body: HoldRequest): Promise<Hold> {
    const { hold: current } = store.reread(showtime)
    if (current !== null && current.token !== before?.token && isFor(current, body)) return current // another tab's
    if (before === null) return await ask(showtime, body)
    const shared = 'seats' in body && body.seats.some(({ seat }) => before.seats.includes(seat))
    if (!shared) {
      // Nothing is given back before the other seats are there.
      try {
        const taken = await ask(showtime, body)
        await giveBack(showtime, before).catch(ignoreLapsing)
        return taken
      } catch (error) {
        if (!isRefusal(error, '/problems/single-seat-left')) throw error
      }
    }
    await giveBack(showtime, before)
    try {
      return await ask(showtime, body)
    } catch (error) {
      await ask(showtime, requestFor(before)).catch(() => {
        store.endHold(showtime, { how: 'lost' })
      })
      throw error
    }
  }

  async function ask(showtime: string, body: HoldRequest): Promise<Hold> {
    if (!isSignedIn()) await guestId()
    const asking = await askingFor(showtime, body)
    store.change(showtime, { asking })
    try {
      const held = await post(showtime, asking)
      store.keepHold(showtime, held)
      return held
    } catch (error) {
      // What was refused holds nothing; what was not answered may.
      if (!mayPass(error)) store.change(showtime, { asking: null })
      if (isRefusal(error, '/problems/hold-again')) return await ask(showtime, body)
      throw error
    }
  }

  /** The request kept from before, if it is the same. Another one may have taken seats: they are given back first. */
  async function askingFor(showtime: string, body: HoldRequest): Promise<Asking> {
    const kept = store.of(showtime).asking
    const fresh = { key: newKey()['Idempotency-Key'], body, askedAt: Date.now() }
    if (kept === null || kept.askedAt < Date.now() - ASKING_MS) return fresh
    if (JSON.stringify(kept.body) === JSON.stringify(body)) return kept
    try {
      await giveBack(showtime, await post(showtime, kept))
    } catch (error) {
      if (mayPass(error)) throw error
    }
    return fresh
  }

  /** The time is over by the clock: the server has the last word, unless it can't be reached. */
  watch(
    () => hold.value !== null && now.value >= Date.parse(hold.value.expires_at) + LAST_SECOND_MS,
    async (over) => {
      if (!over) return
      const held = hold.value
      try {
        await check()
      } catch (error) {
        if (!mayPass(error)) throw error
      }
      // Before the server has told its time, this device's clock ends nothing.
      if (held === null || !isClockKnown() || Date.parse(held.expires_at) > serverNow()) return
      if (hold.value?.token === held.token) store.endHold(id(), { how: 'expired' })
      free(id(), held.seats)
    },
    { immediate: true },
  )

  /** Given back in another tab: what this one saw of the house is older than that. */
  watch(hold, (now, before) => {
    if (now === null && before !== null && ending.value === null) free(id(), before.seats)
  })

  /** Another device, or the provider's page in another tab, may have ended it while nobody looked. */
  function lookAgain(): void {
    if (document.visibilityState === 'visible') void check().catch(ignoreLapsing)
  }
  document.addEventListener('visibilitychange', lookAgain)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', lookAgain)
  })

  return {
    hold,
    secondsLeft,
    isExpired,
    needsLogIn,
    ending,
    canExtend,
    busy: readonly(busy),
    take,
    extend,
    release,
    changeTypes,
    check,
    forget: () => {
      store.forget(id())
    },
  }
}

/** The seats picked, as they are asked for. */
export function requestOf(picks: readonly Pick[]): HoldRequest {
  const seats = picks.map(({ seat, ticketType }) => ({ seat, ticket_type: ticketType }))
  return { seats }
}

function requestFor(hold: Hold): HoldRequest {
  return requestOf(hold.quote.lines.map((line) => ({ seat: line.seat, ticketType: line.ticket_type })))
}

function isFor(hold: Hold, body: HoldRequest): boolean {
  if (!('seats' in body)) return false
  const wanted = body.seats.map(({ seat }) => seat).sort()
  return wanted.join() === [...hold.seats].sort().join()
}

async function post(showtimeId: string, { key, body }: Asking): Promise<Hold> {
  return await insistently(() =>
    answer(
      api.POST('/v1/showtimes/{showtime_id}/holds', {
        params: { ...at(showtimeId), header: { 'Idempotency-Key': key } },
        body,
      }),
    ),
  )
}

async function giveBack(showtimeId: string, hold: Hold): Promise<void> {
  await insistently(() =>
    answer(api.DELETE('/v1/showtimes/{showtime_id}/holds', { params: at(showtimeId), headers: proof(hold) })),
  )
}

/** Repeat what may be repeated: a dropped connection is often back in a second. */
async function insistently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      if (tries === TRIES || !mayPass(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries))
    }
  }
}

/** What could not be given back, or looked at, now: it lapses by itself, and the clock tells. */
function ignoreLapsing(error: unknown): void {
  if (!mayPass(error)) throw error
}

function at(showtimeId: string): { path: { showtime_id: string } } {
  return { path: { showtime_id: showtimeId } }
}

function proof(hold: Hold): { 'Hold-Token': string } {
  return { 'Hold-Token': hold.token }
}
