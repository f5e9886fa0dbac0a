/**
 * What a person picked for a showtime, and the hold they have.
 *
 * It is kept by the browser and shared by its tabs, so that a reload, a second tab and a dropped connection lose nothing:
 * a hold's token exists nowhere else.
 */
import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'

import { serverNow } from '@/api/clock'
import { accountId, forgetGuest, isSignedIn, onSessionChange } from '@/api/credentials'
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

type Owner = { [Each in 'heldBy' | 'owner']: Selection[Each] }
const NOTHING: Selection = { picks: [], hold: null, heldBy: 'guest', owner: null, asking: null, ending: null, touchedAt: 0 }

export const useSelections = defineStore('selection', () => {
  const selections = shallowReactive(allKeptSelections())
  const present = shallowRef(whoIsHere())
  let timer: ReturnType<typeof setTimeout> | undefined

  /**
   * What may be shown to whoever is here now. An account's is shown to its owner. If the session ended by itself, so is a
   * hold while it lasts, for its owner to log in again; anything else of it waits unseen until they do.
   */
  function of(showtimeId: string): Selection {
    const selection = selections.get(showtimeId)
    if (selection === undefined) return NOTHING
    const { id, signedIn, at } = present.value
    if (selection.heldBy === 'guest') return selection
    return (signedIn ? isOf(selection, id) : lastsUntil(selection) > at) ? selection : NOTHING
  }

  function lookWhoIsHere(): void {
    present.value = whoIsHere()
    clearTimeout(timer)
    const { id, signedIn, at } = present.value
    if (signedIn) {
      for (const [showtimeId, selection] of selections) if (id !== null && !isOf(selection, id)) forget(showtimeId)
      return
    }
    const ends = [...selections.values()].filter(({ heldBy }) => heldBy === 'account').map(lastsUntil)
    const next = Math.min(...ends.filter((end) => end > at))
    if (next < Infinity) timer = setTimeout(lookWhoIsHere, next - at + 100)
  }

  function change(showtimeId: string, changes: Partial<Omit<Selection, 'touchedAt'>>): void {
    const next = { ...of(showtimeId), ...changes, touchedAt: Date.now() }
    selections.set(showtimeId, next)
    keepSelection(showtimeId, next)
  }

  function pick(showtimeId: string, picks: readonly Pick[]): void {
    change(showtimeId, { picks, ...ownerOf(showtimeId) })
  }

  /** What is held stays whose it is; all else belongs to whoever touches it. */
  function ownerOf(showtimeId: string): Owner {
    const { hold, heldBy, owner } = of(showtimeId)
    if (hold !== null) return { heldBy, owner }
    return isSignedIn() ? { heldBy: 'account', owner: accountId() } : { heldBy: 'guest', owner: null }
  }

  /** The seats are held: what was picked is from now on what is held. */
  function keepHold(showtimeId: string, hold: Hold): void {
    const picks = hold.quote.lines.map((line) => ({ seat: line.seat, ticketType: line.ticket_type }))
    change(showtimeId, { picks, hold, ...ownerOf(showtimeId), asking: null, ending: null })
  }

  /** The hold is over; what it held stays picked, to be tried again. */
  function endHold(showtimeId: string, ending: Ending | null): void {
    change(showtimeId, { hold: null, asking: null, ending, ...(ending?.how === 'checked-out' ? { picks: [] } : {}) })
  }

  function forget(showtimeId: string): void {
    selections.delete(showtimeId)
    forgetSelection(showtimeId)
  }

  /** The person takes a booking off this device: how it was checked out goes too, and who they were, unless they hold seats. */
  function forgetCheckedOut(reference: string): void {
    for (const [showtimeId, { ending }] of selections) {
      if (ending?.how === 'checked-out' && ending.reference === reference) forget(showtimeId)
    }
    const isUnderWay = ({ heldBy, hold, asking }: Selection): boolean => heldBy === 'guest' && (hold !== null || asking !== null)
    if (![...selections.values()].some(isUnderWay)) forgetGuest()
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
    // Gone if its owner logged out. If the session ended by itself they may log in again, and still hold their seats.
    if (!isSignedIn()) for (const [showtimeId, { heldBy }] of selections) if (heldBy === 'account') reread(showtimeId)
    lookWhoIsHere()
  })
  lookWhoIsHere()

  return { of, change, pick, keepHold, endHold, forget, forgetCheckedOut, reread }
})

function whoIsHere(): { id: string | null; signedIn: boolean; at: number } {
  return { id: accountId(), signedIn: isSignedIn(), at: serverNow() }
}

/** Of a guest, it goes over to the account they sign in to. */
function isOf({ heldBy, owner }: Selection, id: string | null): boolean {
  return heldBy === 'guest' || owner === null || owner === id
}

/** In milliseconds since 1970; without a hold it is over. */
function lastsUntil({ hold }: Selection): number {
  return hold === null ? 0 : Date.parse(hold.expires_at)
}
