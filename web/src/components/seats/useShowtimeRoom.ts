/** The room of a showtime: what its seats cost, and which of them are taken. */
import { computed, ref, watch } from 'vue'

import { roomOf, spansOf } from '@/lib/rooms'
import { useAvailability } from '@/queries/availability'
import { usePriceList } from '@/queries/priceLists'
import { useSeatingPlan } from '@/queries/seatingPlans'
import { useShowtime } from '@/queries/showtimes'

export type ShowtimeRoom = ReturnType<typeof useShowtimeRoom>

/** `held` are this person's own: never taken, whatever is told of them. */
export function useShowtimeRoom(showtimeId: () => string, held: () => ReadonlySet<string>) {
  const showtime = useShowtime(showtimeId)
  const plan = useSeatingPlan(showtime.data)
  const priceList = usePriceList(() => showtime.data.value?.price_list_id)
  const availability = useAvailability(showtimeId)
  /** What the last refusal called taken: the next look at the room may be a second old. */
  const refused = ref<readonly string[]>([])

  const room = computed(() => (plan.data.value === undefined ? null : roomOf(plan.data.value)))
  const prices = computed(() => priceList.data.value ?? null)
  const taken = computed(() => {
    const rows = availability.data.value?.rows ?? []
    const refs = rows.flatMap((row) => row.taken.map((number) => `${row.row}-${number}`))
    return new Set([...refs, ...refused.value].filter((each) => !held().has(each)))
  })
  const isOnSale = computed(() => availability.data.value?.on_sale ?? true)
  /** Why there is no seat to be had. */
  const whyNone = computed(() => {
    if (!isOnSale.value) return showtime.data.value?.status === 'cancelled' ? 'cancelled' : 'closed'
    return availability.data.value?.seats_left === 0 && held().size === 0 ? 'full' : null
  })
  // It may have been cancelled meanwhile: the showtime says so.
  watch(isOnSale, (now) => {
    if (!now && showtime.data.value?.status === 'on_sale') void showtime.refetch()
  })

  const freePlaces = computed(
    () => [...(room.value?.seats.values() ?? [])].filter(({ ref: seat, category }) => category === 'wheelchair' && !taken.value.has(seat)).length,
  )

  function labelOf(ref: string): string {
    return room.value?.seats.get(ref)?.label ?? ref
  }

  return {
    showtime,
    plan,
    priceList,
    availability,
    refused,
    room,
    prices,
    taken,
    isOnSale,
    whyNone,
    /** How many wheelchair places are free. */
    freePlaces,
    isFree: (seat: string): boolean => !taken.value.has(seat),
    labelOf,
    labels: (refs: readonly string[]): string => refs.map(labelOf).join(', '),
    /** In short: "E1–E9". */
    spans: (refs: readonly string[]): string => (room.value === null ? refs : spansOf(room.value, refs)).join(', '),
  }
}
