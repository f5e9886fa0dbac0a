/** Where each seat is drawn: the screen above, rows below it, bent a little towards it as floors are. */
import type { Room, RoomRow, RoomSeat } from '@/lib/rooms'

import type { Part } from './useSight'

/** From one seat's middle to the next one's, in units of the drawing. */
export const PITCH = 24
const AISLE = 20
const SCREEN = 64
const MARGIN = 34
const BEND = 26

export interface DrawnSeat {
  seat: RoomSeat
  x: number
  y: number
  /** Its middle, as a path begins: the shape goes on from there. */
  at: string
}

export interface DrawnRow {
  row: RoomRow
  seats: readonly DrawnSeat[]
  /** Where the row's label stands, on both sides. */
  ends: readonly { x: number; y: number }[]
}

export interface Drawing {
  width: number
  height: number
  rows: readonly DrawnRow[]
  /** How much lower rows are here than in the middle: less than nothing, as they are bent towards the screen. */
  sink: (x: number) => number
  /** The screen's edge, as a path. */
  screen: string
}

export function drawingOf(room: Room): Drawing {
  const positions = [...room.seats.values()].map(({ position }) => position)
  const first = Math.min(...positions)
  const most = Math.max(...room.rows.map((row) => row.aisles.size))
  const inner = (Math.max(...positions) - first + 1) * PITCH + most * AISLE
  const width = inner + 2 * MARGIN
  const middle = width / 2
  // Narrow rooms would look bent out of shape.
  const bend = BEND * Math.min(1, inner / (30 * PITCH))
  const sink = (x: number): number => -bend * ((x - middle) / middle) ** 2

  const rows = room.rows.map((row): DrawnRow => {
    const y = SCREEN + bend + (row.index + 0.5) * (PITCH + 2)
    // Rows with fewer aisles stand in the middle, so that seats that are neighbours are drawn as neighbours.
    const left = MARGIN + ((most - row.aisles.size) * AISLE) / 2
    const seats = row.seats.map((seat): DrawnSeat => {
      const aisles = [...row.aisles].filter((after) => after < seat.position).length
      const x = left + (seat.position - first + 0.5) * PITCH + aisles * AISLE
      return placed(seat, x, y + sink(x))
    })
    const ends = [MARGIN / 2 - 2, width - MARGIN / 2 + 2].map((x) => ({ x, y: round(y + sink(x)) }))
    return { row, seats, ends }
  })
  const height = SCREEN + bend + room.rows.length * (PITCH + 2) + 12
  const [from, to] = [width * 0.14, width * 0.86]
  const screen = `M${text(from)} 30Q${text(middle)} 6 ${text(to)} 30`
  return { width: round(width), height: round(height), rows, sink, screen }
}

/** The seats of a row that are within a part of the drawing, as a slice of them. */
export function seatsWithin({ seats }: DrawnRow, part: Part): readonly [from: number, to: number] {
  if (part.right === part.left) return [0, 0]
  const inSight = ({ x, y }: DrawnSeat): boolean =>
    x > part.left - PITCH && x < part.right + PITCH && y > part.top - PITCH && y < part.bottom + PITCH
  const from = seats.findIndex(inSight)
  return from === -1 ? [0, 0] : [from, seats.findLastIndex(inSight) + 1]
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last' | 'front' | 'back'

/** The seat that a key leads to from here; the same seat at an edge. */
export function seatTowards(drawing: Drawing, from: string, direction: Direction): string {
  const index = drawing.rows.findIndex(({ seats }) => seats.some(({ seat }) => seat.ref === from))
  const row = drawing.rows[index]
  const at = row?.seats.findIndex(({ seat }) => seat.ref === from) ?? -1
  const here = row?.seats[at]
  if (row === undefined || here === undefined) return from
  const inRow = { left: at - 1, right: at + 1, first: 0, last: row.seats.length - 1 }
  if (direction in inRow) return row.seats[inRow[direction as keyof typeof inRow]]?.seat.ref ?? from
  const rowAt = { up: index - 1, down: index + 1, front: 0, back: drawing.rows.length - 1 }
  const next = drawing.rows[rowAt[direction as keyof typeof rowAt]]
  return next === undefined ? from : nearest(next.seats, here.x)
}

function nearest(seats: readonly DrawnSeat[], x: number): string {
  return seats.reduce((best, each) => (Math.abs(each.x - x) < Math.abs(best.x - x) ? each : best)).seat.ref
}

function placed(seat: RoomSeat, x: number, y: number): DrawnSeat {
  return { seat, x: round(x), y: round(y), at: `M${text(x)} ${text(y)}` }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function text(value: number): string {
  return String(round(value))
}
