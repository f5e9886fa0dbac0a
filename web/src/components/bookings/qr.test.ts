import { encode } from 'uqr'
import { expect, it } from 'vitest'

import { pathOf, qrDrawing } from './qr'

/** Paints the path back into modules. */
function painted(path: string, size: number): boolean[][] {
  const modules = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let at = Number(x); at < Number(x) + Number(width); at += 1) {
      const row = modules[Number(y)]
      if (row) row[at] = true
    }
  }
  return modules
}

it('joins neighbouring dark modules into one run, within the quiet zone', () => {
  expect(pathOf([[true, true, false, true]])).toBe('M4 4h2v1h-2zM7 4h1v1h-1z')
})

it('draws exactly the dark modules of the code', () => {
  const text = 'eyJhbGciOiJFZERTQSJ9.K7M2QX-4FZ81QW.F-12.1763769600.c2lnbmF0dXJl'
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  const drawing = qrDrawing(text)
  const modules = painted(drawing.path, drawing.size)
  expect(drawing.size).toBe(size + 8)
  expect(modules.slice(4, -4).map((row) => row.slice(4, -4))).toEqual(data)
})

it('leaves four modules free on every side', () => {
  const { path, size } = qrDrawing('F-12')
  const modules = painted(path, size)
  modules.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) expect([x >= 4, y >= 4, x < size - 4, y < size - 4]).toEqual([true, true, true, true])
    })
  })
})
