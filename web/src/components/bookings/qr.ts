/** A QR code as one SVG path: dark modules only, run by run, within a quiet zone of four modules. */
import { encode } from 'uqr'

const QUIET = 4

export interface QrDrawing {
  /** Modules a side, the quiet zone included. */
  size: number
  path: string
}

/** Error correction M: the code is read from a screen, scratched at most by a fingerprint. */
export function qrDrawing(text: string): QrDrawing {
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  return { size: size + 2 * QUIET, path: pathOf(data) }
}

/** Neighbouring dark modules of a row are one stroke: a third of the length, and no hairlines between them. */
export function pathOf(rows: readonly (readonly boolean[])[]): string {
  let path = ''
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (row[x] !== true) continue
      let end = x
      while (row[end + 1] === true) end += 1
      const width = end - x + 1
      path += `M${String(x + QUIET)} ${String(y + QUIET)}h${String(width)}v1h-${String(width)}z`
      x = end
    }
  })
  return path
}
