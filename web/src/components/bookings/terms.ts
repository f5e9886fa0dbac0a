/** Until when a booking could be cancelled, and what would come back: by the cinema's policy, as it is agreed to at check-out. */
import type { Schemas } from '@/api/client'

type Policy = Required<Schemas['PolicyPayload']>

export type TermsKey = 'termsFull' | 'termsFullNoFee' | 'termsPart' | 'termsPartNoFee' | 'termsNone' | 'termsOver' | 'termsFree' | 'termsOverFree'

/** The cinema's policy. What it leaves out is what the API's document gives as default. */
export function policyOf({ cancellation }: Pick<Schemas['CinemaOut'], 'cancellation'>): Policy {
  return { closes_minutes: 60, refund_per_cent: 100, ...cancellation }
}

export function cancelUntil(startsAt: string, policy: Policy): string {
  return new Date(Date.parse(startsAt) - policy.closes_minutes * 60_000).toISOString()
}

export function termsKey(policy: Policy, until: string, { fee, total }: Pick<Schemas['QuoteOut'], 'fee' | 'total'>, now: number): TermsKey {
  const isFree = total.minor === 0
  if (now >= Date.parse(until)) return isFree ? 'termsOverFree' : 'termsOver'
  if (isFree) return 'termsFree'
  if (policy.refund_per_cent === 0) return 'termsNone'
  const part = policy.refund_per_cent < 100
  if (fee.minor > 0) return part ? 'termsPart' : 'termsFull'
  return part ? 'termsPartNoFee' : 'termsFullNoFee'
}
