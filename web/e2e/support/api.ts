/** The API, asked beside the page: to find what a test needs, and to look whether what the page says is so. */
import createClient from 'openapi-fetch'

import type { components, paths } from '../../src/api/schema'
import { SITE } from './environment.ts'

export type Schemas = components['schemas']

export const api = createClient<paths>({ baseUrl: `${SITE}/api` })

/** What was answered, if anything was to be; throws what was refused. */
export async function answer<Data>(asked: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  const { data, error, response } = await asked
  if (!response.ok) throw new Error(`${response.url} answered ${String(response.status)}: ${JSON.stringify(error)}`)
  return data as Data
}
