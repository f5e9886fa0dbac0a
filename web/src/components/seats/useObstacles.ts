/** What stands between the seats picked and holding them, and what would mend it. */
import { computed, type ComputedRef, type Ref, ref } from 'vue'

import { equalBlock, remediesFor, unaccompanied } from '@/lib/blocks'
import { leftAloneIn } from '@/lib/neighbours'

import type { ShowtimeRoom } from './useShowtimeRoom'

interface Chosen {
  picked: ComputedRef<readonly string[]>
  /** Held seats, and nothing but them, are picked. */
  isAsHeld: ComputedRef<boolean>
  /** A hold is under way: what is taken may be ours already. */
  isTaking: Ref<boolean>
}

export function useObstacles({ room, taken, isFree }: ShowtimeRoom, { picked, isAsHeld, isTaking }: Chosen) {
  /** What the last refusal offered instead. */
  const offered = ref<readonly string[]>([])

  const lost = computed(() => (isTaking.value ? [] : picked.value.filter((each) => taken.value.has(each))))
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
  const areNone = computed(() => lost.value.length + alone.value.length + companions.value.seats.length === 0)

  return { offered, lost, alone, remedies, companions, alternative, areNone }
}
