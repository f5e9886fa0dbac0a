import { afterEach, beforeEach, expect, it } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'

import { mounted } from '@/testing/mount'
import { aRoom } from '@/testing/rooms'

import SeatListRow from './SeatListRow.vue'

async function shown(props: Record<string, unknown> = {}): Promise<VueWrapper> {
  const row = aRoom('sspp').rows[0]
  const rest = { states: 'tmff', freeOnly: false, category: 'any', priceText: () => '€12', open: true }
  return (await mounted(SeatListRow, { row, ...rest, ...props })).page
}

beforeEach(() => {
  localStorage.clear()
})
afterEach(() => {
  document.body.innerHTML = ''
})

it('has a checkbox a seat, named by seat, kind and price', async () => {
  const page = await shown()
  const boxes = page.findAll('input[type=checkbox]')

  expect(boxes).toHaveLength(4)
  expect(page.findAll('label')[2]?.text()).toBe('A3Premium, €12')
  expect(boxes[0]?.attributes('disabled')).toBeDefined()
  expect(page.findAll('label')[0]?.text()).toContain('taken')
  expect(boxes[1]?.element).toMatchObject({ checked: true })
})

it('tells how many are free and how many are mine before it is opened', async () => {
  const page = await shown({ open: false })

  expect(page.find('button').text()).toContain('2 free')
  expect(page.find('button').text()).toContain('1 yours')
  expect(page.find('button').attributes('aria-expanded')).toBe('false')
  expect(page.findAll('input')).toHaveLength(0)
})

it('leaves out what is not looked for', async () => {
  expect((await shown({ freeOnly: true })).findAll('input')).toHaveLength(3)
  expect((await shown({ category: 'premium' })).findAll('input')).toHaveLength(2)
  expect((await shown({ category: 'wheelchair' })).find('li').exists()).toBe(false)
})

it('picks a seat when its box is ticked', async () => {
  const page = await shown()
  await page.findAll('input')[2]?.trigger('change')

  expect(page.emitted('toggle')).toEqual([['A-3']])
})
