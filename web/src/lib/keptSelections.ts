/** What a person picked and holds, as this browser keeps it: by showtime, for all its tabs. */
import type { Schemas } from '@/api/client'

import { forget, keep, keptValue, namesKept } from './device'
import { MOST_SEATS } from './limits'

export type Hold = Schemas['HoldOut']

/** Seats picked by hand, or the best ones for a party. */
export type HoldRequest =
  | { seats: Schemas['SeatChoice'][] }
  | { party: Schemas['PartyMembers'][]; wheelchairs?: number; category?: Schemas['SeatCategory'] | null }

/** A seat picked, by row id and number ("F-12"); ticket type null is the first that the seat is sold as. */
export interface Pick {
  seat: string
  ticketType: string | null
}

/** A hold asked for and not answered yet: only the same key and body find it again if the answer was lost. */
export interface Asking {
  key: string
  body: HoldRequest
  askedAt: number
}

/** How the last hold ended, when it was not its holder who gave it back. */
export type Ending = { how: 'expired' } | { how: 'lost' } | { how: 'checked-out'; reference: string }

export interface Selection {
  picks: readonly Pick[]
  hold: Hold | null
  /** Whose it is: that of an account must not stay when its owner logs out, nor be shown to another. */
  heldBy: 'account' | 'guest'
  /** The account's id; null of a guest. */
  owner: string | null
  asking: Asking | null
  ending: Ending | null
  touchedAt: number
}

const PREFIX = 'matinee.selection.'
/** Longer than any hold lives; a choice that old is not resumed. By the device's clock: the server's is not known yet. */
const KEPT_MS = 12 * 3_600_000

export function keptSelection(showtimeId: string): Selection | null {
  return selectionOf(keptValue(PREFIX + showtimeId))
}

export function allKeptSelections(): Map<string, Selection> {
  const found = new Map<string, Selection>()
  for (const name of namesKept(PREFIX)) {
    const selection = selectionOf(keptValue(name))
    if (selection !== null && selection.touchedAt > Date.now() - KEPT_MS) found.set(name.slice(PREFIX.length), selection)
    else forget(name)
  }
  return found
}

export function keepSelection(showtimeId: string, selection: Selection): void {
  keep(PREFIX + showtimeId, JSON.stringify(selection))
}

export function forgetSelection(showtimeId: string): void {
  forget(PREFIX + showtimeId)
}

/** What an account holds, by showtime. */
export function accountsHolds(): [string, Hold][] {
  return [...allKeptSelections()].flatMap(([showtimeId, { heldBy, hold }]) => (heldBy === 'account' && hold !== null ? [[showtimeId, hold]] : []))
}

/** What an account picked and holds must not be seen by the next person: on logging out and on erasing the account. */
export function forgetAccountsSelections(): void {
  for (const [showtimeId, { heldBy }] of allKeptSelections()) if (heldBy === 'account') forgetSelection(showtimeId)
}

/** The showtime whose selection is kept by this name; null if the name is another thing's. */
export function showtimeOf(name: string): string | null {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : null
}

/** What an older page kept may have another form: such a choice is begun anew. Of too many seats, the first are kept. */
export function selectionOf(value: unknown): Selection | null {
  if (!isSelection(value)) return null
  return { ...value, picks: value.picks.slice(0, MOST_SEATS), owner: typeof value.owner === 'string' ? value.owner : null }
}

const ENDINGS: readonly unknown[] = ['expired', 'lost', 'checked-out'] satisfies Ending['how'][]

function isSelection(value: unknown): value is Omit<Selection, 'owner'> & { owner?: unknown } {
  return (
    has(value, 'picks', 'hold', 'heldBy', 'asking', 'ending', 'touchedAt') &&
    Array.isArray(value.picks) &&
    value.picks.every((pick) => has(pick, 'seat', 'ticketType') && typeof pick.seat === 'string') &&
    (value.hold === null || isHold(value.hold)) &&
    (value.asking === null || (has(value.asking, 'key', 'body', 'askedAt') && has(value.asking.body))) &&
    (value.ending === null || (has(value.ending, 'how') && ENDINGS.includes(value.ending.how))) &&
    typeof value.touchedAt === 'number'
  )
}

function isHold(value: unknown): boolean {
  if (!has(value, 'token', 'seats', 'quote', 'expires_at', 'latest_expiry')) return false
  const { quote } = value
  return (
    typeof value.token === 'string' &&
    Array.isArray(value.seats) &&
    !Number.isNaN(Date.parse(String(value.expires_at))) &&
    has(quote, 'lines', 'tickets', 'fee', 'total') &&
    Array.isArray(quote.lines) &&
    [quote.tickets, quote.fee, quote.total].every((amount) => has(amount, 'minor', 'currency'))
  )
}

function has<Name extends string>(value: unknown, ...names: Name[]): value is Record<Name, unknown> {
  return typeof value === 'object' && value !== null && names.every((name) => name in value)
}
