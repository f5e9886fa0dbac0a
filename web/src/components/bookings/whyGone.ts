/** Why a hold that was here is gone, where nobody kept how it ended: what is an account's is forgotten when its owner leaves. */
import { type MaybeRefOrGetter, ref, type Ref, toValue, watch } from 'vue'

import { serverNow } from '@/api/clock'
import type { Hold } from '@/stores/selection'

export type WhyGone = 'gaveBack' | 'lost' | null

/** Logging out in another tab ends hold and session at once, but this tab is told of them one after the other. */
const AT_ONCE_MS = 5_000

/** 'gaveBack': its owner logged out. 'lost': its time ran out while nobody was signed in. `isAccounts`: whose the hold is now. */
export function useWhyGone(
  hold: MaybeRefOrGetter<Hold | null>,
  isAccounts: MaybeRefOrGetter<boolean>,
  isSignedIn: MaybeRefOrGetter<boolean>,
): Readonly<Ref<WhyGone>> {
  const why = ref<WhyGone>(null)
  let last: Hold | null = null
  let goneAt = 0

  watch(
    () => [toValue(hold), toValue(isAccounts), toValue(isSignedIn)] as const,
    ([held, ofAccount, signedIn]) => {
      if (held !== null) {
        last = ofAccount ? held : null
        goneAt = 0
        why.value = null
        return
      }
      if (last === null || why.value !== null) return
      goneAt ||= serverNow()
      if (signedIn) return
      if (goneAt >= Date.parse(last.expires_at)) why.value = 'lost'
      else if (serverNow() - goneAt <= AT_ONCE_MS) why.value = 'gaveBack'
    },
    { immediate: true, flush: 'sync' },
  )
  return why
}
