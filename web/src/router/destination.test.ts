import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter, type RouteComponent } from 'vue-router'

import { destinationOf } from './destination'

const View = { render: () => null }

/** A router whose two slow views arrive when they are let. */
async function slow() {
  const arrive: ((view: RouteComponent) => void)[] = []
  const fail: ((error: Error) => void)[] = []
  const late = () =>
    new Promise<RouteComponent>((resolve, reject) => {
      arrive.push(resolve)
      fail.push(reject)
    })
  const routes = [{ path: '/', component: View }, { path: '/one', component: late }, { path: '/other', component: late }]
  const router = createRouter({ history: createMemoryHistory(), routes })
  const destination = destinationOf(router)
  await router.push('/')
  return { router, destination, arrive, fail }
}

describe('where one is on the way to', () => {
  it('is known until one is there, to whoever asks later too', async () => {
    const { router, destination, arrive } = await slow()
    expect(destination.value).toBeNull()

    const going = router.push('/one')
    await flushPromises()
    expect(destinationOf(router).value?.path).toBe('/one')

    arrive[0]?.(View)
    await going
    expect(destination.value).toBeNull()
  })

  it('is the last that was chosen, however the others end', async () => {
    const { router, destination, arrive } = await slow()
    const first = router.push('/one')
    await flushPromises()
    const second = router.push('/other')
    await flushPromises()

    arrive[0]?.(View)
    await first
    expect(destination.value?.path).toBe('/other')

    arrive[1]?.(View)
    await second
    expect(destination.value).toBeNull()
  })

  it('is nowhere once the way there failed', async () => {
    const { router, destination, fail } = await slow()
    const going = router.push('/one')
    await flushPromises()

    fail[0]?.(new Error('offline'))
    await expect(going).rejects.toThrow('offline')

    expect(destination.value).toBeNull()
  })
})
