import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'

import { NoAnswer } from '@/api/problems'
import { mounted } from '@/testing/mount'

import FormAnswer from './FormAnswer.vue'

let page: VueWrapper | null = null

afterEach(() => {
  page?.unmount()
  document.body.replaceChildren()
})

async function failing(): Promise<Element> {
  page = (await mounted(FormAnswer, { error: null })).page
  await page.setProps({ error: new NoAnswer('down') })
  await flushPromises()
  return page.element as Element
}

it('what came of a press takes the focus that the busy button lost', async () => {
  const answer = await failing()

  expect(document.activeElement).toBe(answer)
})

it('what came of a press takes no focus from a field that is filled in', async () => {
  const field = document.body.appendChild(document.createElement('input'))
  field.focus()

  await failing()

  expect(document.activeElement).toBe(field)
})
