/** The hold of a showtime: how long it lives, keeping it, changing it and giving it back. */
import { computed, type ComputedRef, type MaybeRefOrGetter, onScopeDispose, readonly, ref, type Ref, toValue, watch } from 'vue'

import { isClockKnown, serverNow } from '@/api/clock'
import { isRefusal, mayPass } from '@/api/problems'
import { oneAtATime } from '@/lib/device'
import { useNow } from '@/lib/ticking'
import { type Ending, type Hold, type HoldRequest, useSelections } from '@/stores/selection'
import { useSession } from '@/stores/session'

import { useFreeing } from './availability'
import { changeTypesOfHold, extendHold, giveBack, ignoreLapsing, lookAtHold, type TypeOfSeat } from './holdCalls'
import { takeInstead } from './holdTaking'

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
  changeTypes: (types: readonly TypeOfSeat[]) => Promise<void>
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

  const extend = (): Promise<void> => during('extending', () => withHold((held) => extendHold(id(), held)))

  const release = (): Promise<void> =>
    during('releasing', () =>
      withHold(async (held) => {
        await giveBack(id(), held)
        store.endHold(id(), null)
        free(id(), held.seats)
        return null
      }),
    )

  const changeTypes = (types: readonly TypeOfSeat[]): Promise<void> =>
    during('changing-types', () => withHold((held) => changeTypesOfHold(id(), held, types)))

  const check = (): Promise<void> => withHold((held) => lookAtHold(id(), held))

  const take = (body: HoldRequest): Promise<Hold> =>
    during('holding', async () => {
      const before = hold.value
      const taken = await oneAtATime(`matinee.hold.${id()}`, () => takeInstead(store, id(), before, body))
      if (before !== null) free(id(), before.seats.filter((seat) => !taken.seats.includes(seat)))
      return taken
    }).catch((error: unknown) => {
      ended(error)
      throw error
    })

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

  /** Given back in another tab: what this one saw of the room is older than that. */
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
