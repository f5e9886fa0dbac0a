/** What stands in the way of a check-out, as the page has to treat it. */
import { isRefusal } from '@/api/problems'
import { refusedFields } from '@/lib/fieldErrors'

export type Trouble =
  | { kind: 'expired' | 'lost' | 'closed' | 'provider' | 'other' }
  /** The hold is a booking already: go on there. */
  | { kind: 'checked-out' | 'differs'; reference: string }
  | { kind: 'fields'; fields: ReadonlySet<string> }

const FIELDS = ['email', 'name']

export function troubleOf(error: unknown): Trouble {
  if (isRefusal(error, '/problems/hold-expired')) return { kind: 'expired' }
  if (isRefusal(error, '/problems/hold-token-rejected') || isRefusal(error, '/problems/hold-again')) return { kind: 'lost' }
  if (isRefusal(error, '/problems/hold-checked-out')) return { kind: 'checked-out', reference: error.problem.reference }
  if (isRefusal(error, '/problems/booking-differs')) return { kind: 'differs', reference: error.problem.reference }
  if (isRefusal(error, '/problems/sales-closed')) return { kind: 'closed' }
  if (isRefusal(error, '/problems/payment-provider-unavailable')) return { kind: 'provider' }
  const fields = refusedFields(error)
  return FIELDS.some((field) => fields.has(field)) ? { kind: 'fields', fields } : { kind: 'other' }
}
