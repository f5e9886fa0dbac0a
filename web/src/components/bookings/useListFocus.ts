/** Where the keyboard goes on in a list of links, by what they lead to, when what it was at is gone. */
import { nextTick, type Ref, watch } from 'vue'

import { longList } from '@/components/base/longList'

/** `inOrder`: what the list has, drawn or not. */
export function useListFocus(root: Readonly<Ref<HTMLElement | null>>, inOrder: () => readonly string[]) {
  function linkTo(reference: string): HTMLElement | null {
    return root.value?.querySelector<HTMLElement>(`a[href$="${reference}"]`) ?? null
  }

  /** The code for long lists may come while somebody is at a link, and draws all of them anew. */
  watch(longList, async () => {
    const focused = inOrder().find((reference) => linkTo(reference) === document.activeElement)
    if (focused === undefined) return
    await aFrame()
    if (isLost()) linkTo(focused)?.focus({ preventScroll: true })
  })

  return {
    /** The button is gone that brought these: to one of them, if it can be right below what is looked at. */
    async toBrought(references: readonly string[]): Promise<void> {
      if (!isLost()) return
      const links = (): HTMLElement[] => references.flatMap((reference) => linkTo(reference) ?? [])
      // A list that has just become a long one draws its entries a frame later.
      if (links().length === 0) await aFrame()
      const below = links().find((link) => link.getBoundingClientRect().bottom > 0)
      ;(below ?? links().at(-1))?.focus({ preventScroll: true })
    },
    /** An entry is gone, and its button with it: to its neighbour, or where there is none to what stays. */
    toNeighbour(reference: string | undefined, stays: HTMLElement | null): void {
      if (!isLost()) return
      const link = reference === undefined ? null : linkTo(reference)
      ;(link ?? stays)?.focus()
    },
  }
}

function isLost(): boolean {
  return document.activeElement === document.body
}

async function aFrame(): Promise<void> {
  await nextTick()
  await new Promise(requestAnimationFrame)
  await nextTick()
}
