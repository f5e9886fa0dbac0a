/**
 * What a person picked for a showtime, and the hold they have.
 *
 * It is kept by the browser and shared by its tabs, so that a reload, a second tab and a dropped connection lose nothing:
 * a hold's token exists nowhere else.
 */
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'

import { isSignedIn, onSessionChange } from '@/api/credentials'
import { valueOf } from '@/lib/device'
import {
  allKeptSelections,
  type Ending,
  forgetSelection,
  type Hold,
  keepSelection,
  keptSelection,
  type Pick,
  type Selection,
  selectionOf,
  showtimeOf,
} from '@/lib/keptSelections'

export type { Asking, Ending, Hold, HoldRequest, Pick, Selection } from '@/lib/keptSelections'

const NOTHING: Selection = { picks: [], hold: null, heldBy: 'guest', asking: null, ending: null, touchedAt: 0 }

export const useSelections = defineStore('selection', () => {
  const selections = shallowReactive(allKeptSelections())

  function of(showtimeId: string): Selection {
    return selections.get(showtimeId) ?? NOTHING
  }

  function change(showtimeId: string, changes: Partial<Omit<Selection, 'touchedAt'>>): void {
    const next = { ...of(showtimeId), ...changes, touchedAt: Date.now() }
    selections.set(showtimeId, next)
    keepSelection(showtimeId, next)
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
    forgetSelection(showtimeId)
  }

  /** What another tab kept a moment ago may not have been told to this one yet. */
  function reread(showtimeId: string): Selection {
    const selection = keptSelection(showtimeId)
    if (selection === null) selections.delete(showtimeId)
    else selections.set(showtimeId, selection)
    return of(showtimeId)
  }

  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === null) selections.clear()
    const showtimeId = key === null ? null : showtimeOf(key)
    if (showtimeId === null) return
    const selection = selectionOf(valueOf(newValue))
    if (selection === null) selections.delete(showtimeId)
    else selections.set(showtimeId, selection)
  })

  onSessionChange(() => {
    if (isSignedIn()) return
    // Gone if its owner logged out. If the session ended by itself they may log in again, and still hold their seats.
    for (const [showtimeId, { heldBy }] of selections) if (heldBy === 'account') reread(showtimeId)
  })

  return { of, change, pick, keepHold, endHold, forget, reread }
})
