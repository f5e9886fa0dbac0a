/** Choosing seats for a showtime: what is free, what is picked, what stands in the way, and what to do about it. */
import { computed, inject, type InjectionKey, provide, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { isRefusal } from '@/api/problems'
import { equalBlock, MOST_SEATS, remediesFor, unaccompanied } from '@/lib/blocks'
import { leftAloneIn } from '@/lib/neighbours'
import { typeOf } from '@/lib/pricing'
import { roomOf, type RoomSeat } from '@/lib/rooms'
import { useAvailability } from '@/queries/availability'
import { useHold } from '@/queries/holds'
import { requestOf } from '@/queries/holdTaking'
import { usePriceList } from '@/queries/priceLists'
import { useSeatingPlan } from '@/queries/seatingPlans'
import { useShowtime } from '@/queries/showtimes'
import { type HoldRequest, type Pick, useSelections } from '@/stores/selection'

import { seatStates } from './seatStates'

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
  const showtime = useShowtime(showtimeId)
  const plan = useSeatingPlan(showtime.data)
  const priceList = usePriceList(() => showtime.data.value?.price_list_id)
  const availability = useAvailability(showtimeId)
  const holding = useHold(showtimeId)
  const { hold, busy } = holding

  const error = ref<unknown>(null)
  const announced = ref('')
  /** What the last refusal called taken: the next look at the house may be a second old. */
  const refused = ref<readonly string[]>([])
  const offered = ref<readonly string[]>([])

  const room = computed(() => (plan.data.value === undefined ? null : roomOf(plan.data.value)))
  const prices = computed(() => priceList.data.value ?? null)
  const held = computed(() => new Set(hold.value?.seats))
  const taken = computed(() => {
    const rows = availability.data.value?.rows ?? []
    const refs = rows.flatMap((row) => row.taken.map((number) => `${row.row}-${number}`))
    return new Set([...refs, ...refused.value].filter((each) => !held.value.has(each)))
  })
  const isFree = (seat: string): boolean => !taken.value.has(seat)

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
  // While a hold is under way what is taken may be ours already.
  const lost = computed(() =>
    busy.value === 'holding' || isUnanswered.value ? [] : picked.value.filter((each) => taken.value.has(each)),
  )
  const alone = computed(() => {
    if (room.value === null || lost.value.length > 0 || isAsHeld.value) return []
    return leftAloneIn(room.value, new Set(picked.value), isFree)
  })
  const remedies = computed(() =>
    room.value === null || alone.value.length === 0 ? [] : remediesFor(room.value, picked.value, alone.value, isFree),
  )
  const companions = computed(() =>
    room.value === null ? { seats: [], places: [] } : unaccompanied(room.value, picked.value, isFree),
  )
  const alternative = computed<readonly string[] | null>(() => {
    if (room.value === null || lost.value.length === 0) return null
    if (offered.value.length > 0 && offered.value.every(isFree)) return offered.value
    return equalBlock(room.value, picked.value, isFree)
  })
  const isOnSale = computed(() => availability.data.value?.on_sale ?? true)
  const isReady = computed(
    () => picks.value.length > 0 && lost.value.length + alone.value.length + companions.value.seats.length === 0,
  )
  const states = computed(() =>
    room.value === null ? new Map<string, string>() : seatStates(room.value, taken.value, picked.value, lost.value, alone.value),
  )

  function say(text: string): void {
    announced.value = text
  }

  function labelOf(ref: string): string {
    return room.value?.seats.get(ref)?.label ?? ref
  }

  function labels(refs: readonly string[]): string {
    return refs.map(labelOf).join(', ')
  }

  function set(next: readonly Pick[]): void {
    refused.value = []
    offered.value = []
    error.value = null
    store.pick(showtimeId(), next)
  }

  /** Pick a seat, or leave it. */
  function toggle(ref: string): void {
    if (busy.value === 'holding') return
    if (picked.value.includes(ref)) set(picks.value.filter(({ seat }) => seat !== ref))
    else if (!isFree(ref)) say(t('seats.say.taken', { seat: labelOf(ref) }))
    else if (picks.value.length >= MOST_SEATS) say(t('seats.say.most', { n: MOST_SEATS }))
    else set([...picks.value, { seat: ref, ticketType: null }])
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

  /** Does it, and keeps what went wrong to be shown. */
  async function attempt(act: () => Promise<unknown>): Promise<boolean> {
    error.value = null
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

  function take(body: HoldRequest): Promise<boolean> {
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
    showtime,
    plan,
    priceList,
    availability,
    holding,
    room,
    prices,
    held,
    picks,
    picked,
    isAsHeld,
    isFree,
    isOnSale,
    isReady,
    isUnanswered,
    lost,
    alone,
    remedies,
    companions,
    alternative,
    states,
    error,
    announced,
    labelOf,
    labels,
    toggle,
    replace,
    keepHeld,
    setType,
    attempt,
    take,
    hold: hold_,
    holdInstead,
    seatsPicked: computed<readonly RoomSeat[]>(() => picked.value.flatMap((each) => room.value?.seats.get(each) ?? [])),
  }
}
