/** The typed client of the API. Its types are made from the API's own document (`make types`). */
import createClient from 'openapi-fetch'

import { valueOf } from '@/lib/device'

import { readClock } from './clock'
import { accessToken, knownGuest, refreshed } from './credentials'
import { failureOf, isProblem, NoAnswer, Refusal } from './problems'
import type { components, paths } from './schema'

export type Schemas = components['schemas']

/** Routes that take no access token, or for which one would be in the way. */
const OPEN = /^\/api\/v1\/auth\//

export const api = createClient<paths>({ baseUrl: '/api', fetch: send })

/** What the API answered. Throws Refusal for a problem and NoAnswer when there was none. */
export async function answer<Data>(asked: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  const { data, error, response } = await parsed(asked)
  if (response.ok) return data as Data
  throw failureOf(response, error)
}

/** Something between us and the API may answer in its stead, with a page for people: that is no answer of the API. */
async function parsed<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof SyntaxError) throw new NoAnswer('What answered is not the API', { cause: error })
    throw error
  }
}

/** A key that makes a repeated request count once. */
export function newKey(): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': crypto.randomUUID() }
}

export function ifMatch(version: number): { 'If-Match': string } {
  return { 'If-Match': `"${String(version)}"` }
}

async function send(request: Request): Promise<Response> {
  if (OPEN.test(new URL(request.url).pathname)) return await timed(request)
  const again = request.clone()
  const token = await reached(accessToken())
  const response = await timed(withPrincipal(request, token))
  if (response.status !== 401 || token === null || !(await isSessionsEnd(response))) return response
  // The keys may have changed, or the clock: one more try with a new token, then as nobody.
  const next = await reached(refreshed(token))
  return await timed(withPrincipal(again, next?.token ?? null))
}

async function isSessionsEnd(response: Response): Promise<boolean> {
  const body = valueOf(await response.clone().text())
  return isProblem(body) && body.type === '/problems/not-signed-in'
}

function withPrincipal(request: Request, token: string | null): Request {
  const guest = knownGuest()
  if (token !== null) request.headers.set('Authorization', `Bearer ${token}`)
  else if (guest !== null) request.headers.set('Guest-Id', guest)
  return request
}

async function timed(request: Request): Promise<Response> {
  const askedAt = Date.now()
  const response = await reached(fetch(request))
  readClock(response, { at: askedAt, isRead: request.method === 'GET' }, Date.now())
  return response
}

async function reached<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    // No token is given now: by then the API was reached.
    if (error instanceof Refusal || error instanceof NoAnswer) throw error
    throw new NoAnswer('The API could not be reached', { cause: error })
  }
}
