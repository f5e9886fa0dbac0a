import { isRefusal } from '@/api/problems'

/** The fields of a form that the API refused, by the first part of their JSON pointer. */
export function refusedFields(error: unknown): Set<string> {
  if (!isRefusal(error, '/problems/invalid')) return new Set()
  return new Set(error.problem.errors.flatMap(({ pointer }) => pointer?.split('/')[1] ?? []))
}
