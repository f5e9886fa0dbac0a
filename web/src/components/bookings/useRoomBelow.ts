import { readonly, type Ref, ref } from 'vue'

/** How high a page is to be, at least, so that it does not rise under whoever has gone far down in it. */
export function useRoomBelow(root: Readonly<Ref<HTMLElement | null>>) {
  const px = ref(0)

  function toTheEdge(): number {
    return window.innerHeight - (root.value?.getBoundingClientRect().top ?? 0)
  }

  return {
    px: readonly(px),
    /** For what comes and is so high, and for a window more: however far the window goes along with it. */
    makeFor(heightPx: number): void {
      px.value = (root.value?.offsetHeight ?? 0) + window.innerHeight + heightPx
    },
    /** Down to the window's lower edge, also when the window has gone so far down, or is to go further. */
    keep(furtherPx = 0): void {
      px.value = toTheEdge() + furtherPx
    },
    /** What it was made for does not come now: what is in the window stays there. */
    shrink(): void {
      px.value = Math.min(px.value, toTheEdge())
    },
    leave(): void {
      px.value = 0
    },
  }
}
