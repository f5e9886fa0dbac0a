/** From which age a certificate lets people in: 0 for everyone, null if it does not say so. */
export function ageOf(certificate: string): number | null {
  const told = certificate.trim().toUpperCase()
  const age = /\d+/.exec(told)
  if (age !== null) return Number(age[0])
  if (EVERYONE.has(told)) return 0
  return ADULTS.has(told) ? 18 : null
}

const EVERYONE = new Set(['U', 'G', 'T', 'TP', 'APTA', 'AL'])
const ADULTS = new Set(['A', 'X', 'S'])
