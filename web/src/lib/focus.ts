/** Where the keyboard goes on when what it is at is taken away. */
import { type ComponentPublicInstance, nextTick, type Ref, watch } from 'vue'

/** What somebody is at goes by itself, once it is over: the focus goes to what stays. Whoever is elsewhere is left there. */
export function useFocusAfter(
  isOver: Readonly<Ref<boolean>>,
  goes: Readonly<Ref<ComponentPublicInstance | null>>,
  stays: Readonly<Ref<HTMLElement | null>>,
): void {
  watch(isOver, async () => {
    const wasAt = goes.value !== null && goes.value.$el === document.activeElement
    await nextTick()
    if (wasAt && document.activeElement === document.body) stays.value?.focus({ preventScroll: true })
  })
}
