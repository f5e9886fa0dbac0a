/** Choosing seats for a showtime: what is free, what is picked, what stands in the way, and what to do about it. */
import { onlineManager } from '@tanstack/vue-query'
import { computed, inject, type InjectionKey, onScopeDispose, provide, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { isRefusal, NoAnswer } from '@/api/problems'
import { MOST_SEATS } from '@/lib/limits'
import { typeOf } from '@/lib/pricing'
import type { RoomSeat } from '@/lib/rooms'
import { useHold } from '@/queries/holds'
import { requestOf } from '@/queries/holdTaking'
import { type HoldRequest, type Pick, useSelections } from '@/stores/selection'

import { seatStates } from './seatStates'
import { useShowtimeRoom } from './useShowtimeRoom'
import { useObstacles } from './useObstacles'

export type SeatChoice = ReturnType<typeof createSeatChoice>

const KEY: InjectionKey<SeatChoice> = Symbol('seat choice')

/** For the component that shows the whole; those within it use `useSeatChoice`. */
export function provideSeatChoice(showtimeId: () => string): SeatChoice {
  const choice = createSeatChoice(showtimeId)
  provide(KEY, choice)
  return choice
}

export function useSeatChoice(): SeatChoice {
  const choice = inject(KEY)
  if (choice === undefined) throw new Error('There is no seat choice around this component')
  return choice
}

function createSeatChoice(showtimeId: () => string) {
  const { t } = useI18n()
  const store = useSelections()
  const holding = useHold(showtimeId)
  const { hold, busy } = holding
  const held = computed(() => new Set(hold.value?.seats))
  const ofRoom = useShowtimeRoom(showtimeId, () => held.value)
  const { room, prices, taken, refused, isFree, isOnSale, whyNone, availability, labelOf, labels } = ofRoom

  const error = ref<unknown>(null)
  /** The last request for seats, whatever came of it. */
  const asked = ref<HoldRequest | null>(null)
  const announced = ref('')
  /** One more was asked for than can be had at once. */
  const isTooMany = ref(false)

  const picks = computed<readonly Pick[]>(() => {
    const seats = room.value?.seats
    if (seats === undefined) return []
    const there = store.of(showtimeId()).picks.flatMap((pick) => {
      const seat = seats.get(pick.seat)
      return seat === undefined ? [] : [{ pick, seat }]
    })
    there.sort((a, b) => a.seat.row.index - b.seat.row.index || a.seat.position - b.seat.position)
    return there.map(({ pick }) => pick)
  })
  const picked = computed(() => picks.value.map(({ seat }) => seat))
  /** Held seats, and nothing but them, are picked. */
  const isAsHeld = computed(
    () => hold.value !== null && picked.value.length === held.value.size && picked.value.every((each) => held.value.has(each)),
  )
  const isUnanswered = computed(() => store.of(showtimeId()).asking !== null)
  const isTaking = computed(() => busy.value === 'holding' || isUnanswered.value)
  const obstacles = useObstacles(ofRoom, { picked, isAsHeld, isTaking })
  const { lost, alone, offered } = obstacles
  const isReady = computed(() => picks.value.length > 0 && obstacles.areNone.value)
  const states = computed(() =>
    room.value === null ? new Map<string, string>() : seatStates(room.value, taken.value, picked.value, lost.value, alone.value),
  )

  function say(text: string): void {
    announced.value = text
  }

  function set(next: readonly Pick[]): void {
    refused.value = []
    offered.value = []
    error.value = null
    isTooMany.value = false
    store.pick(showtimeId(), next)
  }

  /** Pick a seat, or leave it. */
  function toggle(ref: string): void {
    if (busy.value === 'holding') return
    if (picked.value.includes(ref)) set(picks.value.filter(({ seat }) => seat !== ref))
    else if (!isOnSale.value) say(t(`seats.${whyNone.value ?? 'closed'}.title`))
    else if (!isFree(ref)) say(t('seats.say.taken', { seat: labelOf(ref) }))
    else if (picks.value.length >= MOST_SEATS) refuseMore()
    else set([...picks.value, { seat: ref, ticketType: null }])
  }

  function refuseMore(): void {
    isTooMany.value = true
    say(t('seats.say.most', { n: MOST_SEATS }))
  }

  /** Pick these seats instead; ticket types go over to the new ones in their order. */
  function replace(refs: readonly string[]): void {
    const spare = picks.value.filter(({ seat }) => !refs.includes(seat)).map(({ ticketType }) => ticketType)
    set(
      refs.map((seat) => {
        const kept = picks.value.find((each) => each.seat === seat)
        return kept ?? { seat, ticketType: spare.shift() ?? null }
      }),
    )
    say(t('seats.say.picked', { seats: labels(refs) }))
  }

  function keepHeld(): void {
    set(hold.value?.quote.lines.map((line) => ({ seat: line.seat, ticketType: line.ticket_type })) ?? [])
  }

  function setType(ref: string, ticketType: string): void {
    const next = picks.value.map((each) => (each.seat === ref ? { ...each, ticketType } : each))
    if (hold.value === null || !isAsHeld.value) return set(next)
    void attempt(() => holding.changeTypes(next.map(({ seat, ticketType: type }) => ({ seat, ticket_type: type ?? ticketType }))))
  }

  let tried: (() => Promise<unknown>) | null = null

  /** Does it, and keeps what went wrong to be shown. */
  async function attempt(act: () => Promise<unknown>): Promise<boolean> {
    error.value = null
    tried = act
    try {
      await act()
      return true
    } catch (raised) {
      error.value = raised
      if (isRefusal(raised, '/problems/seat-unavailable')) {
        refused.value = raised.problem.seats
        offered.value = raised.problem.alternative
      }
      void availability.refetch()
      return false
    }
  }

  /** The same once more: who could not give seats back does not take them. */
  function tryAgain(): void {
    if (tried !== null) void attempt(tried)
  }

  function take(body: HoldRequest): Promise<boolean> {
    asked.value = body
    return attempt(() => holding.take(body))
  }

  function hold_(): Promise<boolean> {
    return take(
      requestOf(
        picks.value.map(({ seat, ticketType }) => {
          const category = room.value?.seats.get(seat)?.category ?? 'standard'
          const type = prices.value === null ? null : typeOf(prices.value, { category, ticketType })
          return { seat, ticketType: type?.id ?? ticketType }
        }),
      ),
    )
  }

  async function holdInstead(refs: readonly string[]): Promise<void> {
    replace(refs)
    await hold_()
  }

  /** The connection is back: that there was none is past. */
  function reachAgain(isReached: boolean): void {
    if (isReached && error.value instanceof NoAnswer) error.value = null
  }
  onScopeDispose(onlineManager.subscribe(reachAgain))
  watch(availability.isError, (isDown) => {
    reachAgain(!isDown)
  })

  // Held or given back: what was asked for before that is past.
  watch(hold, () => {
    isTooMany.value = false
  })
  watch(whyNone, (why) => {
    if (why !== null) say(t(`seats.${why}.title`))
  })
  watch(lost, (now, before) => {
    const news = now.filter((each) => !before.includes(each))
    if (news.length > 0) say(t('seats.say.lost', { seats: labels(news) }, news.length))
  })

  // A request whose answer was lost to a reload is asked again: the seats may be ours.
  const unanswered = store.of(showtimeId()).asking
  if (unanswered !== null && hold.value === null) void take(unanswered.body)
  else if (hold.value !== null) void attempt(holding.check)

  return {
    showtimeId,
    ...ofRoom,
    ...obstacles,
    holding,
    held,
    picks,
    picked,
    isAsHeld,
    isReady,
    isUnanswered,
    states,
    error,
    asked,
    announced,
    isTooMany,
    toggle,
    replace,
    keepHeld,
    setType,
    attempt,
    tryAgain,
    take,
    hold: hold_,
    holdInstead,
    seatsPicked: computed<readonly RoomSeat[]>(() => picked.value.flatMap((each) => room.value?.seats.get(each) ?? [])),
  }
}
