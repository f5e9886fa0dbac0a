/** For tests: an API that answers as it is told, one answer a call, and remembers what it was asked. */
import { vi } from 'vitest'

export interface Asked {
  method: string
  path: string
  headers: Headers
  body: string
}

export function anApi(...answers: (Response | Error)[]): Asked[] {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input instanceof Request ? input : new URL(String(input), location.origin), init)
    asked.push({
      method: request.method,
      path: new URL(request.url).pathname,
      headers: request.headers,
      body: await request.text(),
    })
    const next = answers.shift()
    if (next === undefined) throw new Error(`nobody answers ${request.method} ${request.url}`)
    if (next instanceof Error) throw next
    return next
  })
  return asked
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type, ...headers } })
}

export function problem(slug: string, status: number, members: Record<string, unknown> = {}): Response {
  return json({ type: `/problems/${slug}`, title: slug, status, detail: 'for people', ...members }, status)
}

/** The browser's locks, within one page: one at a time by name. */
export function stubLocks(): void {
  const last = new Map<string, Promise<unknown>>()
  vi.stubGlobal('navigator', {
    ...navigator,
    languages: navigator.languages,
    locks: {
      request: async (name: string, task: () => Promise<unknown>) => {
        const mine = (last.get(name) ?? Promise.resolve()).then(task, task)
        last.set(name, mine)
        return await mine
      },
    },
  })
}
