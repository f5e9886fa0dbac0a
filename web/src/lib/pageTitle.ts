import { type MaybeRefOrGetter, onScopeDispose, readonly, ref, toValue, watchEffect } from 'vue'

const subject = ref<string | null>()

/** What the page is about: undefined if its route says enough, null as long as it is not known yet. */
export const pageSubject = readonly(subject)

/** Names the page after what it shows ("The Understudy"), for as long as the component is there. */
export function usePageTitle(name: MaybeRefOrGetter<string | null | undefined>): void {
  watchEffect(() => {
    subject.value = toValue(name) ?? null
  })
  onScopeDispose(() => {
    subject.value = undefined
  })
}
