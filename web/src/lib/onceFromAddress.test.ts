import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { defineComponent } from 'vue'

import { mounted } from '@/testing/mount'

import { useOnceFromAddress } from './onceFromAddress'

async function givenAt(path: string): Promise<{ given: string | null | undefined; path: string }> {
  let given: string | null | undefined
  const view = defineComponent({
    setup() {
      given = useOnceFromAddress('token')
      return () => null
    },
  })
  const { router } = await mounted(view, {}, path)
  await flushPromises()
  return { given, path: router.currentRoute.value.fullPath }
}

it('a secret in the address is read once and gone, and nothing else of the address', async () => {
  expect(await givenAt('/bookings/A?token=secret&a=1')).toEqual({ given: 'secret', path: '/bookings/A?a=1' })
})

it('there may be none, or several that mean nothing', async () => {
  expect(await givenAt('/bookings/A')).toEqual({ given: null, path: '/bookings/A' })
  expect(await givenAt('/bookings/A?token=a&token=b')).toEqual({ given: null, path: '/bookings/A' })
})
