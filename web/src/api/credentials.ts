/**
 * Who asks: the access token of a session, or a guest id.
 *
 * The refresh token is in a cookie that no script can read. All tabs share one session: only one of them refreshes at a
 * time (a lock of the browser), and tells the others the new access token, so that none presents a used refresh token.
 */
import { forget, keep, kept, keptValue, oneAtATime, valueOf } from '@/lib/device'

import { serverNow } from './clock'
import { isProblem, mayPass, NoAnswer, type Problem, Refusal, refusalOf } from './problems'
import type { components } from './schema'

type Guest = components['schemas']['GuestOut']
type Tokens = Pick<components['schemas']['TokensOut'], 'access_token' | 'expires_in_s'>
export interface Access {
  token: string
  /** By the server's clock, in milliseconds. */
  expiresAt: number
}
interface PutOff {
  /** By this device's clock, as all tabs have it, in milliseconds. */
  at: number
  waitMs: number
  problem: Problem | null
}
type Told = { kind: 'signed-in'; access: Access } | { kind: 'signed-out' }

const SESSION = 'matinee.session'
/** Kept for a session whose account is not known. */
const SOMEBODY = 'here'
const GUEST = 'matinee.guest'
const LOCK = 'matinee.refresh'
/** A refresh that the API put off: no tab asks for another one before it is time. */
const PUT_OFF = 'matinee.refresh.later'
/** Nobody is kept from their account for longer by one answer, whatever it says. */
const LONGEST_PUT_OFF_MS = 10 * 60_000
/** Refreshed this long before it ends, so that no request travels with a token that ends on the way. */
const EARLY_MS = 60_000

const channel = new BroadcastChannel(SESSION)
const listeners = new Set<() => void>()
let access: Access | null = null
/** Another tab has ended the session: its word may be here before what it changed in the storage. */
let isOver = false
let refreshing: Promise<Access | null> | null = null

channel.addEventListener('message', ({ data }: MessageEvent<Told>) => {
  access = data.kind === 'signed-in' ? data.access : null
  isOver = data.kind === 'signed-out'
  tellListeners()
})

/** Whether somebody is signed in, as far as this browser knows: the session may have ended elsewhere. */
export function isSignedIn(): boolean {
  return access !== null || (!isOver && kept(SESSION) !== null)
}

/** The id of whose account it is; null when nobody is signed in, or it is not known yet. */
export function accountId(): string | null {
  if (!isSignedIn()) return null
  const id = access === null ? kept(SESSION) : subjectOf(access.token)
  return id === SOMEBODY ? null : id
}

export function onSessionChange(listener: () => void): void {
  listeners.add(listener)
}

export function signedIn(tokens: Tokens): void {
  access = { token: tokens.access_token, expiresAt: serverNow() + tokens.expires_in_s * 1000 }
  isOver = false
  forget(PUT_OFF)
  keep(SESSION, subjectOf(tokens.access_token) ?? SOMEBODY)
  channel.postMessage({ kind: 'signed-in', access } satisfies Told)
  tellListeners()
}

export function signedOut(): void {
  access = null
  forget(SESSION)
  forget(PUT_OFF)
  channel.postMessage({ kind: 'signed-out' } satisfies Told)
  tellListeners()
}

/** The access token, refreshed when it is about to end; null when nobody is signed in (any more). Rejects as `refreshed`. */
export async function accessToken(): Promise<string | null> {
  if (!isSignedIn()) return null
  if (access !== null && access.expiresAt - EARLY_MS > serverNow()) return access.token
  return (await refreshed(access?.token))?.token ?? null
}

/**
 * Another access token than `stale`: another tab's, or a new one from the refresh cookie; null when the session is over.
 * Rejects when the API can't be reached or has too much to do (Refusal, NoAnswer): nobody is signed out by that.
 */
export async function refreshed(stale: string | undefined): Promise<Access | null> {
  refreshing ??= anotherThan(stale).finally(() => {
    refreshing = null
  })
  return await refreshing
}

async function anotherThan(stale: string | undefined): Promise<Access | null> {
  return await oneAtATime(LOCK, async (): Promise<Access | null> => {
    if (!isSignedIn()) return null
    const usable = access !== null && access.token !== stale && access.expiresAt - EARLY_MS > serverNow()
    if (usable) return access
    const later = putOff()
    if (later !== null) throw later
    return await askForNext()
  })
}

async function askForNext(): Promise<Access | null> {
  const response = await fetch('/api/v1/auth/refresh', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  })
  if (response.status === 401) {
    signedOut()
    return null
  }
  if (!response.ok) throw await notRefreshed(response)
  signedIn(parsed(isTokens, await response.json(), 'auth/refresh'))
  return access
}

async function notRefreshed(response: Response): Promise<Error> {
  const failure = await refusalOf(response)
  // Why else no token is given says nothing about what was asked for.
  if (response.status !== 429 && !mayPass(failure)) return new Error(`auth/refresh answered ${String(response.status)}`)
  if (failure.waitMs !== null) {
    const problem = failure instanceof Refusal ? failure.problem : null
    keep(PUT_OFF, JSON.stringify({ at: Date.now(), waitMs: Math.min(failure.waitMs, LONGEST_PUT_OFF_MS), problem } satisfies PutOff))
  }
  return failure
}

/** What the last refresh was answered, for as long as the API wants to be left alone. */
function putOff(): Refusal | NoAnswer | null {
  const kept = keptValue(PUT_OFF)
  if (!isPutOff(kept)) return null
  const passed = Date.now() - kept.at
  // Before it was answered: this device's clock was set meanwhile.
  if (passed < 0 || passed >= kept.waitMs) return null
  // In whole seconds, as the API tells them: who waits as long never comes a moment too soon.
  const waitMs = Math.ceil((kept.waitMs - passed) / 1000) * 1000
  return kept.problem === null ? new NoAnswer('auth/refresh is put off', { waitMs }) : new Refusal(kept.problem, waitMs)
}

/** The guest's signed id, asked for once and kept by this browser. Throws Refusal, NoAnswer. */
export async function guestId(): Promise<string> {
  return await oneAtATime(GUEST, async () => {
    const known = keptGuest()
    if (known !== null && Date.parse(known.expires_at) - EARLY_MS > serverNow()) return known.guest_id
    const response = await fetch('/api/v1/auth/guests', { method: 'POST' }).catch((error: unknown) => {
      throw new NoAnswer('The API could not be reached', { cause: error })
    })
    if (!response.ok) throw await refusalOf(response)
    const guest = parsed(isGuest, await response.json(), 'auth/guests')
    keep(GUEST, JSON.stringify(guest))
    return guest.guest_id
  })
}

/** The guest id this browser has, without asking for one. */
export function knownGuest(): string | null {
  const guest = keptGuest()
  return guest !== null && Date.parse(guest.expires_at) > serverNow() ? guest.guest_id : null
}

/** From now on this browser is another guest to the API. */
export function forgetGuest(): void {
  forget(GUEST)
}

function keptGuest(): Guest | null {
  const value = keptValue(GUEST)
  return isGuest(value) ? value : null
}

function isGuest(value: unknown): value is Guest {
  if (typeof value !== 'object' || value === null || !('guest_id' in value) || !('expires_at' in value)) return false
  return typeof value.guest_id === 'string' && typeof value.expires_at === 'string'
}

function isTokens(value: unknown): value is Tokens {
  if (typeof value !== 'object' || value === null || !('access_token' in value) || !('expires_in_s' in value)) return false
  return typeof value.access_token === 'string' && typeof value.expires_in_s === 'number'
}

function isPutOff(value: unknown): value is PutOff {
  if (typeof value !== 'object' || value === null || !('at' in value) || !('waitMs' in value) || !('problem' in value)) return false
  return typeof value.at === 'number' && typeof value.waitMs === 'number' && (value.problem === null || isProblem(value.problem))
}

function parsed<Of>(is: (value: unknown) => value is Of, value: unknown, from: string): Of {
  if (!is(value)) throw new Error(`${from} answered something else`)
  return value
}

/** Whom an access token is for. That it is genuine is for the API to judge: here it only tells one account from another. */
function subjectOf(token: string): string | null {
  const told = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
  if (!/^[\w+/]+$/.test(told) || told.length % 4 === 1) return null
  const claims = valueOf(atob(told))
  return typeof claims === 'object' && claims !== null && 'sub' in claims && typeof claims.sub === 'string' ? claims.sub : null
}

function tellListeners(): void {
  for (const listener of listeners) listener()
}
