import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import { signedIn, signedOut } from '@/api/credentials'
import { inAFreshBrowser } from '@/testing/browser'

import EntryList from './EntryList.vue'
import { sizesOf } from './listSizes'
import { isLongListMissing, longList } from './longList'

const chunk = vi.hoisted(() => ({ isThere: true }))
vi.mock('./LongList.vue', () => ({
  get default() {
    if (!chunk.isThere) throw new TypeError('Failed to fetch dynamically imported module')
    return { template: '<p>long</p>' }
  },
}))

inAFreshBrowser()
beforeEach(() => {
  longList.value = null
  isLongListMissing.value = false
  chunk.isThere = true
})

const LONG = 2
const NAME = 'movies'
function aList(count: number, columns = '1fr') {
  return mount(EntryList<string>, {
    props: { items: entries(count), keyOf: (item: string) => item, name: NAME, estimatePx: 100, long: LONG },
    attrs: { style: `display: grid; grid-template-columns: ${columns}` },
    slots: { default: ({ item }: { item: string }) => item },
    attachTo: document.body,
  })
}
function entries(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `entry ${String(index)}`)
}

describe('a long list', () => {
  it('waits for the code that draws it', async () => {
    const page = aList(3)
    expect(page.find('[aria-busy]').exists()).toBe(true)

    await vi.waitFor(() => { expect(page.text()).toBe('long') })
  })

  it('is drawn as a whole where that code does not come', async () => {
    chunk.isThere = false
    const page = aList(3)

    await vi.waitFor(() => { expect(page.findAll('li').map((entry) => entry.text())).toEqual(entries(3)) })
    expect(page.find('[aria-busy]').exists()).toBe(false)
  })
})

describe('a list that grows long', () => {
  it.each([
    ['one column', '1fr', [['entry 0', 120], ['entry 1', 120]]],
    ['several columns', '1fr 1fr', []],
  ])('is estimated by what stood there in %s as %s: %j', async (_, columns, sizes) => {
    sizesOf(NAME).clear()
    vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 0, 300, 120))
    const page = aList(2, columns)

    await page.setProps({ items: entries(3) })
    await vi.waitFor(() => { expect(longList.value).not.toBeNull() })
    await nextTick()
    expect([...sizesOf(NAME)].filter(([key]) => key !== 'entry 2')).toEqual(sizes)
  })
})

it('a list tells what of it is in sight, also of what is about to change', async () => {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 60, 300, 120))
  const page = aList(2)
  expect(page.vm.inSight()).toEqual([{ key: 'entry 0', topPx: 60 }, { key: 'entry 1', topPx: 60 }])
  expect([page.vm.topOf('entry 1'), page.vm.topOf('entry 7')]).toEqual([60, null])

  await page.setProps({ items: ['new', 'entry 0'] })
  expect(page.vm.inSight().map(({ key }) => key)).toEqual(['new', 'entry 0'])
})

it('what a person’s list was like is not kept for the next person', () => {
  signedIn({ access_token: 'header.eyJzdWIiOiJhZGEifQ.signature', expires_in_s: 900 })
  sizesOf(NAME).set('0DYPXR-0E4K3KW', 190)
  signedIn({ access_token: 'header.eyJzdWIiOiJhZGEifQ.again', expires_in_s: 900 })
  expect(sizesOf(NAME).size).toBe(1)

  signedOut()
  expect(sizesOf(NAME).size).toBe(0)
})
