/**
 * What a person picked for a showtime, and the hold they have.
 *
 * It is kept by the browser and shared by its tabs, so that a reload, a second tab and a dropped connection lose nothing:
 * a hold's token exists nowhere else.
 */
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'

import type { Schemas } from '@/api/client'
import { serverNow } from '@/api/clock'
import { isSignedIn, onSessionChange } from '@/api/credentials'

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
  /** Whose hold it is: that of an account must not stay when its owner logs out. */
  heldBy: 'account' | 'guest'
  asking: Asking | null
  ending: Ending | null
  touchedAt: number
}

const PREFIX = 'matinee.selection.'
/** Longer than any hold lives; a choice that old is not resumed. */
const KEPT_MS = 12 * 3_600_000
const NOTHING: Selection = { picks: [], hold: null, heldBy: 'guest', asking: null, ending: null, touchedAt: 0 }

export const useSelections = defineStore('selection', () => {
  const selections = shallowReactive(readAll())

  function of(showtimeId: string): Selection {
    return selections.get(showtimeId) ?? NOTHING
  }

  function change(showtimeId: string, changes: Partial<Omit<Selection, 'touchedAt'>>): void {
    const next = { ...of(showtimeId), ...changes, touchedAt: serverNow() }
    selections.set(showtimeId, next)
    localStorage.setItem(PREFIX + showtimeId, JSON.stringify(next))
  }

  function pick(showtimeId: string, picks: readonly Pick[]): void {
    change(showtimeId, { picks })
  }

  /** The seats are held: what was picked is from now on what is held. */
  function keepHold(showtimeId: string, hold: Hold): void {
    const picks = hold.quote.lines.map((line) => ({ seat: line.seat, ticketType: line.ticket_type }))
    const heldBy = of(showtimeId).hold === null ? (isSignedIn() ? 'account' : 'guest') : of(showtimeId).heldBy
    change(showtimeId, { picks, hold, heldBy, asking: null, ending: null })
  }

  /** The hold is over; what it held stays picked, to be tried again. */
  function endHold(showtimeId: string, ending: Ending | null): void {
    change(showtimeId, { hold: null, asking: null, ending, ...(ending?.how === 'checked-out' ? { picks: [] } : {}) })
  }

  function forget(showtimeId: string): void {
    selections.delete(showtimeId)
    localStorage.removeItem(PREFIX + showtimeId)
  }

  /** What another tab kept a moment ago may not have been told to this one yet. */
  function reread(showtimeId: string): Selection {
    const selection = parse(localStorage.getItem(PREFIX + showtimeId))
    if (selection === null) selections.delete(showtimeId)
    else selections.set(showtimeId, selection)
    return of(showtimeId)
  }

  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === null) selections.clear()
    if (key === null || !key.startsWith(PREFIX)) return
    const selection = parse(newValue)
    if (selection === null) selections.delete(key.slice(PREFIX.length))
    else selections.set(key.slice(PREFIX.length), selection)
  })

  onSessionChange(() => {
    if (isSignedIn()) return
    for (const [showtimeId, { heldBy }] of selections) if (heldBy === 'account') forget(showtimeId)
  })

  return { of, change, pick, keepHold, endHold, forget, reread }
})

function readAll(): Map<string, Selection> {
  const found = new Map<string, Selection>()
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
    const selection = parse(localStorage.getItem(key))
    if (selection !== null && selection.touchedAt > serverNow() - KEPT_MS) found.set(key.slice(PREFIX.length), selection)
    else localStorage.removeItem(key)
  }
  return found
}

/** What an older page kept may have another form: such a choice is begun anew. */
function parse(text: string | null): Selection | null {
  if (text === null) return null
  try {
    const kept: unknown = JSON.parse(text)
    return isSelection(kept) ? kept : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isSelection(kept: unknown): kept is Selection {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    Object.keys(NOTHING).every((key) => key in kept) &&
    'picks' in kept &&
    Array.isArray(kept.picks)
  )
}
