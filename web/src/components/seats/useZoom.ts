/** Zooming a drawing within a box that scrolls: by buttons, by pinching, by the wheel with Ctrl; panning by dragging. */
import { computed, onBeforeUnmount, onMounted, ref, type Ref, type ShallowRef, watch } from 'vue'

const STEP = 1.5
const DRAG_PX = 5
/** Of the box, left and right. */
const BORDERS_PX = 2

interface Point {
  x: number
  y: number
}

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
  zoomTo: (pixels: number, at: Point) => void
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

  /** What of the drawing lies under a point of the screen, in its units; and where it begins in its sheet, in pixels. */
  function under(point: Point): { unit: Point; inset: number } | null {
    const sheet = box.value?.firstElementChild
    const matrix = sheet instanceof SVGSVGElement ? sheet.getScreenCTM() : null
    if (sheet == null || matrix === null) return null
    return {
      unit: { x: (point.x - matrix.e) / matrix.a, y: (point.y - matrix.f) / matrix.d },
      inset: matrix.f - sheet.getBoundingClientRect().top,
    }
  }

  /** Around a point of the screen; `held` is what shall be under it, if that is not what is under it now. */
  function zoom(to: number, at?: Point, held?: Point): void {
    const element = box.value
    if (element === null) return
    const frame = element.getBoundingClientRect()
    const point = at ?? { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 }
    const there = under(point)
    scale.value = Math.min(largest.value, Math.max(1, to))
    if (there === null) return
    const { x, y } = held ?? there.unit
    pending = {
      left: x * pixels.value - (point.x - frame.left - element.clientLeft),
      top: y * pixels.value + there.inset - (point.y - frame.top - element.clientTop),
      behavior: 'instant',
    }
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
  let pinch: { apart: number; scale: number; held: Point | undefined } | null = null

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
    const middle = { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 }
    // What was between the fingers stays there.
    pinch ??= { apart, scale: scale.value, held: under(middle)?.unit }
    zoom((pinch.scale * apart) / pinch.apart, middle, pinch.held)
  }

  const observer = new ResizeObserver(([entry]) => {
    // Scroll bars come and go with the size; they must not change it in their turn.
    boxWidth.value = (entry?.borderBoxSize[0]?.inlineSize ?? 0) - BORDERS_PX
  })

  onMounted(() => {
    const element = box.value
    if (element === null) return
    // It tells the width with the first layout. To ask for it here would lay a thousand seats out at once, and again.
    observer.observe(element, { box: 'border-box' })
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
