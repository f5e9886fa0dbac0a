/** Zooming a drawing within a box that scrolls: by buttons, by pinching, by the wheel with Ctrl; panning by dragging. */
import { computed, onBeforeUnmount, onMounted, ref, type Ref, type ShallowRef, watch } from 'vue'

const STEP = 1.5
const DRAG_PX = 5

export interface Zoom {
  /** The drawing's width in pixels, once it is larger than what fits. */
  width: Ref<number | null>
  /** Its width when all of it is seen. */
  fitting: Ref<number>
  canZoomIn: Ref<boolean>
  canZoomOut: Ref<boolean>
  zoomIn: () => void
  zoomOut: () => void
  fit: () => void
  /** Make a unit of the drawing this many pixels large, around a point of the screen. */
  zoomTo: (pixels: number, at: { x: number; y: number }) => void
  /** How many pixels a unit of the drawing has. */
  pixels: Ref<number>
  /** Whether the press that just ended moved the drawing: it is no click then. */
  wasDragged: () => boolean
}

/** `units` is the drawing's width in its own units; its units grow from fitting up to `most` pixels. */
export function useZoom(box: Readonly<ShallowRef<HTMLElement | null>>, units: () => number, comfortable: number, most: number): Zoom {
  const boxWidth = ref(0)
  const scale = ref(1)
  // A small room is not blown up beyond what is comfortable.
  const fitting = computed(() => Math.min(boxWidth.value, units() * comfortable))
  const largest = computed(() => Math.max(1, (units() * most) / Math.max(1, fitting.value)))
  const drawn = computed(() => fitting.value * Math.min(scale.value, largest.value))
  const pixels = computed(() => drawn.value / units())

  function zoom(to: number, at?: { x: number; y: number }): void {
    const element = box.value
    if (element === null) return
    const frame = element.getBoundingClientRect()
    const point = at ?? { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 }
    const [x, y] = [point.x - frame.left, point.y - frame.top]
    const before = drawn.value
    scale.value = Math.min(largest.value, Math.max(1, to))
    const grown = drawn.value / before
    // A drawing smaller than its box stands in the middle of it.
    const sheet = element.firstElementChild?.getBoundingClientRect() ?? frame
    const left = (point.x - sheet.left) * grown - x
    const top = (point.y - sheet.top) * grown - y
    pending = { left, top, behavior: 'instant' }
  }

  // Only once the drawing has its new size is there anywhere to scroll to.
  let pending: ScrollToOptions | null = null
  watch(
    drawn,
    () => {
      if (pending !== null) box.value?.scrollTo(pending)
      pending = null
    },
    { flush: 'post' },
  )

  let dragged = false
  let drag: { x: number; y: number; left: number; top: number } | null = null
  let pinch: { apart: number; scale: number } | null = null

  function press(event: PointerEvent): void {
    dragged = false
    if (event.pointerType !== 'mouse' || event.button !== 0 || box.value === null) return
    drag = { x: event.clientX, y: event.clientY, left: box.value.scrollLeft, top: box.value.scrollTop }
  }

  function move(event: PointerEvent): void {
    if (drag === null || box.value === null) return
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y]
    if (Math.hypot(x, y) > DRAG_PX) dragged = true
    if (dragged) box.value.scrollTo({ left: drag.left - x, top: drag.top - y, behavior: 'instant' })
  }

  function lift(): void {
    drag = null
  }

  function wheel(event: WheelEvent): void {
    // Without Ctrl the wheel scrolls the page, as everywhere; a pinch on a touchpad comes with it.
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    zoom(scale.value * Math.exp(-event.deltaY / 240), { x: event.clientX, y: event.clientY })
  }

  function touch(event: TouchEvent): void {
    const [one, other] = event.touches
    if (one === undefined || other === undefined) {
      pinch = null
      return
    }
    event.preventDefault()
    const apart = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)
    pinch ??= { apart, scale: scale.value }
    const middle = { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 }
    zoom((pinch.scale * apart) / pinch.apart, middle)
  }

  const observer = new ResizeObserver(([entry]) => {
    boxWidth.value = entry?.contentRect.width ?? 0
  })

  onMounted(() => {
    const element = box.value
    if (element === null) return
    // It tells the width with the first layout. To ask for it here would lay a thousand seats out at once, and again.
    observer.observe(element)
    element.addEventListener('pointerdown', press)
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', lift)
    element.addEventListener('wheel', wheel, { passive: false })
    element.addEventListener('touchmove', touch, { passive: false })
    element.addEventListener('touchend', touch)
  })
  onBeforeUnmount(() => {
    observer.disconnect()
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', lift)
  })

  return {
    width: computed(() => (scale.value > 1 ? drawn.value : null)),
    fitting,
    pixels,
    canZoomIn: computed(() => scale.value < largest.value - 0.01),
    canZoomOut: computed(() => scale.value > 1.01),
    zoomIn: () => {
      zoom(scale.value * STEP)
    },
    zoomOut: () => {
      zoom(scale.value / STEP)
    },
    fit: () => {
      zoom(1)
    },
    zoomTo: (wanted, at) => {
      zoom((scale.value * wanted) / pixels.value, at)
    },
    wasDragged: () => dragged,
  }
}
