import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { lettersOf } from './letters'

let arrive = (): void => undefined
let fail = (): void => undefined

/** Whether it has come to its end by now. */
async function isThere(promise: Promise<void>): Promise<boolean> {
  const waiting = Symbol()
  await vi.advanceTimersByTimeAsync(0)
  return (await Promise.race([promise, Promise.resolve(waiting)])) !== waiting
}

beforeEach(() => {
  vi.useFakeTimers()
  const load = (): Promise<FontFace[]> =>
    new Promise((resolve, reject) => {
      arrive = () => {
        resolve([])
      }
      fail = () => {
        reject(new Error('no connection'))
      }
    })
  Object.defineProperty(document, 'fonts', { configurable: true, value: { load } })
})

afterEach(() => {
  vi.useRealTimers()
  Reflect.deleteProperty(document, 'fonts')
})

it('Hindi waits for its letters', async () => {
  const letters = lettersOf('hi')
  expect(await isThere(letters)).toBe(false)
  arrive()
  expect(await isThere(letters)).toBe(true)
})

it('nobody waits longer than three seconds for letters', async () => {
  const letters = lettersOf('hi')
  await vi.advanceTimersByTimeAsync(2999)
  expect(await isThere(letters)).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(await isThere(letters)).toBe(true)
})

it('letters that do not come are done without', async () => {
  const letters = lettersOf('hi')
  fail()
  expect(await isThere(letters)).toBe(true)
})

it('languages in the letters of the page’s own fonts wait for nothing', async () => {
  expect(await isThere(lettersOf('de'))).toBe(true)
})
