/**
 * Bookings that come in parts, each when it is asked for: what was listed before stays where it is looked at, what comes has
 * room before it is there, and the keyboard goes on in what its press has brought.
 */
import { computed, nextTick, ref, type Ref, shallowRef, watch } from 'vue'

import { serverNow } from '@/api/clock'
import { keepInSight, type Sight } from '@/components/base/sight'
import { type Booking, PART } from '@/queries/bookings'

import { anew, type Groups, withMore } from './sorting'
import { useListFocus } from './useListFocus'
import { useRoomBelow } from './useRoomBelow'

/** Hardly one of them is higher. */
const TALLEST_PX = 400
const GROUPS = ['coming', 'past'] as const

export interface Parts {
  /** One is on its way. */
  isComing: Readonly<Ref<boolean>>
  /** It can't be, without a connection; once there is one it comes by itself. */
  isPaused: Readonly<Ref<boolean>>
  /** Ask for the next one. Gives whether it has come, or still may. */
  ask: () => Promise<boolean>
}

export interface Place {
  root: Readonly<Ref<HTMLElement | null>>
  lists: Readonly<Ref<readonly Sight[] | null>>
}

export const referenceOf = ({ reference }: Booking): string => reference

export function useLateParts(listed: Readonly<Ref<readonly Booking[]>>, parts: Parts, { root, lists }: Place) {
  const sorted = shallowRef<Groups<Booking>>({ coming: [], past: [] })
  const inOrder = (): string[] => [...sorted.value.coming, ...sorted.value.past].map(referenceOf)
  const room = useRoomBelow(root)
  const focus = useListFocus(root, inOrder)
  const isWanted = ref(false)

  watch(
    listed,
    async (bookings) => {
      const before = inOrder()
      if (!isWanted.value) {
        sorted.value = anew(bookings, serverNow(), before)
        return
      }
      const change = (inSight: readonly string[]): void => {
        sorted.value = withMore(bookings, serverNow(), before, inSight)
      }
      await keepInSight(lists.value ?? [], change, room.keep)
      isWanted.value = false
      await focus.toBrought(inOrder().filter((reference) => !before.includes(reference)))
    },
    { immediate: true },
  )
  /** However high it is: what is below is not seen meanwhile. However little came, it does not rise then. */
  watch(parts.isComing, (isComing) => {
    if (isComing) room.makeFor(PART * TALLEST_PX)
  })
  const isHeldUp = computed(() => isWanted.value && parts.isPaused.value)
  watch(isHeldUp, (isSo) => {
    if (isSo) room.shrink()
  })

  return {
    /** As they are listed; no group is empty. */
    groups: computed(() => GROUPS.map((key) => ({ key, bookings: sorted.value[key] })).filter(({ bookings }) => bookings.length > 0)),
    roomPx: room.px,
    /** More was asked for, and waits for a connection, or for whoever asks again. */
    isHeldUp,
    async showMore(): Promise<void> {
      isWanted.value = true
      if (await parts.ask()) return
      isWanted.value = false
      room.keep()
    },
    /** One of them is taken off the list by `act`. The keyboard goes on beside it, or at what `stays` when none is left. */
    async takeOff(reference: string, act: () => void, stays: Readonly<Ref<HTMLElement | null>>): Promise<void> {
      const before = inOrder()
      const place = before.indexOf(reference)
      act()
      room.leave()
      await nextTick()
      focus.toNeighbour(before[place + 1] ?? before[place - 1], stays.value)
    },
  }
}
