/**
 * Taking seats: a request is kept until it is answered, and repeated with the same key and body, over a reload too.
 *
 * So a reply that was lost after the seats were taken tells nobody "taken" of what is theirs.
 */
import { newKey } from '@/api/client'
import { guestId, isSignedIn } from '@/api/credentials'
import { isRefusal, mayBeTriedAgain, mayPass } from '@/api/problems'
import type { Asking, Hold, HoldRequest, Pick, useSelections } from '@/stores/selection'

import { askForHold, giveBack, ignoreLapsing } from './holdCalls'

type Store = ReturnType<typeof useSelections>

/** No cinema holds seats for longer without an extension: an older request holds nothing any more. */
const ASKING_MS = 60 * 60_000

/** The seats picked, as they are asked for. */
export function requestOf(picks: readonly Pick[]): HoldRequest {
  const seats = picks.map(({ seat, ticketType }) => ({ seat, ticket_type: ticketType }))
  return { seats }
}

/** Hold these seats instead of those held before, if there are any. Throws Refusal, NoAnswer. */
export async function takeInstead(store: Store, showtime: string, before: Hold | null, body: HoldRequest): Promise<Hold> {
  const { hold: current } = store.reread(showtime)
  if (current !== null && current.token !== before?.token && isFor(current, body)) return current // another tab's
  if (before === null) return await ask(store, showtime, body)
  const shared = 'seats' in body && body.seats.some(({ seat }) => before.seats.includes(seat))
  if (!shared) {
    // Nothing is given back before the other seats are there.
    try {
      const taken = await ask(store, showtime, body)
      await giveBack(showtime, before).catch(ignoreLapsing)
      return taken
    } catch (error) {
      if (!isRefusal(error, '/problems/single-seat-left')) throw error
    }
  }
  await giveBack(showtime, before)
  try {
    return await ask(store, showtime, body)
  } catch (error) {
    await ask(store, showtime, requestFor(before)).catch(() => {
      store.endHold(showtime, { how: 'lost' })
    })
    throw error
  }
}

async function ask(store: Store, showtime: string, body: HoldRequest): Promise<Hold> {
  if (!isSignedIn()) await guestId()
  const asking = await askingFor(store, showtime, body)
  store.change(showtime, { asking })
  try {
    const held = await askForHold(showtime, asking)
    store.keepHold(showtime, held)
    return held
  } catch (error) {
    // What was refused holds nothing; what was not answered may, and so may what came before “too many requests”.
    if (!mayBeTriedAgain(error)) store.change(showtime, { asking: null })
    if (isRefusal(error, '/problems/hold-again')) return await ask(store, showtime, body)
    throw error
  }
}

/** The request kept from before, if it is the same. Another one may have taken seats: they are given back first. */
async function askingFor(store: Store, showtime: string, body: HoldRequest): Promise<Asking> {
  const kept = store.of(showtime).asking
  const fresh = { key: newKey()['Idempotency-Key'], body, askedAt: Date.now() }
  if (kept === null || kept.askedAt < Date.now() - ASKING_MS) return fresh
  if (JSON.stringify(kept.body) === JSON.stringify(body)) return kept
  try {
    await giveBack(showtime, await askForHold(showtime, kept))
  } catch (error) {
    if (mayPass(error)) throw error
  }
  return fresh
}

function requestFor(hold: Hold): HoldRequest {
  return requestOf(hold.quote.lines.map((line) => ({ seat: line.seat, ticketType: line.ticket_type })))
}

function isFor(hold: Hold, body: HoldRequest): boolean {
  if (!('seats' in body)) return false
  const wanted = body.seats.map(({ seat }) => seat).sort()
  return wanted.join() === [...hold.seats].sort().join()
}
