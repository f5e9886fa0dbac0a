import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'

import AppNotice from './AppNotice.vue'

let mounted: VueWrapper | null = null

afterEach(() => {
  mounted?.unmount()
  document.body.replaceChildren()
})

function show(isOutcome: boolean): Element {
  mounted = mount(AppNotice, { props: { tone: 'success', title: 'Done', isOutcome }, attachTo: document.body })
  return mounted.element as Element
}

it('what came of a press takes the focus that its button had', () => {
  const notice = show(true)

  expect(document.activeElement).toBe(notice)
})

it('what came of a press takes no focus from what has it', () => {
  const field = document.body.appendChild(document.createElement('input'))
  field.focus()

  show(true)

  expect(document.activeElement).toBe(field)
})

it('other notices take no focus', () => {
  show(false)

  expect(document.activeElement).toBe(document.body)
})
