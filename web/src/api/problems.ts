import type { components } from './schema'

type Schemas = components['schemas']
type ProblemSchemas = {
  [Name in keyof Schemas as Name extends `${string}Problem` ? Name : never]: Schemas[Name]
}
/** Every problem the API documents, told apart by `type`. */
export type Problem = ProblemSchemas[keyof ProblemSchemas]
export type ProblemType = Problem['type']
export type ProblemOf<Type extends ProblemType> = Extract<Problem, { type: Type }>

/** The API refused, and said why. Decide by `problem.type`, never by its text. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly problem: Problem
  /** For how long the API wants not to be asked again, in milliseconds; null when it does not say. */
  readonly waitMs: number | null

  constructor(problem: Problem, waitMs: number | null = null) {
    super(problem.type)
    this.problem = problem
    this.waitMs = waitMs
  }
}

/** No answer came: no network, or nobody at the other end. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
  readonly waitMs: number | null

  constructor(message: string, { waitMs = null, ...options }: ErrorOptions & { waitMs?: number | null } = {}) {
    super(message, options)
    this.waitMs = waitMs
  }
}

/** `Retry-After`: in seconds, or until when by the clock of whoever answered. */
export function waitToldBy({ headers }: Pick<Response, 'headers'>): number | null {
  const told = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(told)) return Number(told) * 1000
  const until = Date.parse(told) - Date.parse(headers.get('date') ?? '')
  return Number.isNaN(until) ? null : Math.max(0, until)
}

/** Whether the API refused for this reason; tells the type checker so. */
export function isRefusal<Type extends ProblemType>(
  error: unknown,
  type: Type,
): error is Refusal & { problem: ProblemOf<Type> } {
  return error instanceof Refusal && error.problem.type === type
}

/** Whether asking again, a little later, may help. */
export function mayPass(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof Refusal && error.problem.status >= 500)
}

/** Whether the person may try the same again. */
export function mayBeTriedAgain(error: unknown): boolean {
  return mayPass(error) || isRefusal(error, '/problems/too-many-requests')
}

/** What an answer says that is not the one that was asked for. */
export async function refusalOf(response: Response): Promise<Refusal | NoAnswer> {
  const body: unknown = await response.json().catch(() => null)
  return failureOf(response, body)
}

/** An answer without what was asked for: a refusal, or of somebody else between us and the API. */
export function failureOf(response: Response, body: unknown): Refusal | NoAnswer {
  const waitMs = waitToldBy(response)
  return isProblem(body) ? new Refusal(body, waitMs) : new NoAnswer(`${String(response.status)} without a problem`, { waitMs })
}

/** The name by which the messages know the problem: the last part of its type. */
export function slugOf(problem: Pick<Problem, 'type'>): string {
  return problem.type.slice(problem.type.lastIndexOf('/') + 1)
}

export function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string' && 'status' in body
}
