/** Which part of an enlarged drawing is in sight, in the drawing's own units. */
import { onBeforeUnmount, onMounted, type Ref, type ShallowRef, shallowRef, watch } from 'vue'

const REST_MS = 150

export interface Part {
  left: number
  top: number
  right: number
  bottom: number
}

export interface Sight {
  /** Told once a frame while it is moved. */
  now: Readonly<ShallowRef<Part>>
  /** The same once it has come to rest: for what takes long to draw. */
  atRest: Readonly<ShallowRef<Part>>
}

const NOTHING: Part = { left: 0, top: 0, right: 0, bottom: 0 }

/** `pixels` is how many of them a unit has. */
export function useSight(box: Readonly<ShallowRef<HTMLElement | null>>, pixels: Ref<number>): Sight {
  const now = shallowRef(NOTHING)
  const atRest = shallowRef(NOTHING)
  let frame: number | null = null
  let rest: ReturnType<typeof setTimeout> | undefined

  function look(): void {
    frame = null
    if (box.value === null || pixels.value === 0) return
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = box.value
    const [left, top, right, bottom] = [scrollLeft, scrollTop, scrollLeft + clientWidth, scrollTop + clientHeight]
    now.value = { left: left / pixels.value, top: top / pixels.value, right: right / pixels.value, bottom: bottom / pixels.value }
  }

  function moved(): void {
    frame ??= requestAnimationFrame(look)
    clearTimeout(rest)
    rest = setTimeout(() => {
      look()
      atRest.value = now.value
    }, REST_MS)
  }

  // What was drawn for the size before is in the way of the next one.
  watch(pixels, () => {
    atRest.value = NOTHING
    moved()
  })
  onMounted(() => {
    box.value?.addEventListener('scroll', moved, { passive: true })
  })
  onBeforeUnmount(() => {
    if (frame !== null) cancelAnimationFrame(frame)
    clearTimeout(rest)
  })

  return { now, atRest }
}
