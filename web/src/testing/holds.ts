import { serverNow } from '@/api/clock'
import type { Hold } from '@/stores/selection'

/** A hold of standard seats at €10.50 each and a fee of 50 cents. */
export function aHold({ seats = ['A-1', 'A-2'], token = 'token', seconds = 600 } = {}): Hold {
  const eur = (minor: number): { minor: number; currency: string } => ({ minor, currency: 'EUR' })
  return {
    token,
    showtime_id: 'SHOW01',
    seats,
    quote: {
      lines: seats.map((seat) => ({ seat, label: seat.replace('-', ''), ticket_type: 'adult', price: eur(1050) })),
      tickets: eur(1050 * seats.length),
      fee: eur(50 * seats.length),
      total: eur(1100 * seats.length),
    },
    expires_at: new Date(serverNow() + seconds * 1000).toISOString(),
    latest_expiry: new Date(serverNow() + 1_200_000).toISOString(),
  }
}
