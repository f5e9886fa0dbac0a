import { useI18n } from 'vue-i18n'

/** Ticket types that cinemas usually have, in the page's language; the price list's own name of any other. */
export function useTicketTypeName(): (type: { id: string; name: string }) => string {
  const { t, te } = useI18n()
  return ({ id, name }) => (te(`booking.ticketType.${id}`) ? t(`booking.ticketType.${id}`) : name)
}
