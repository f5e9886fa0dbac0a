/** How a booking's parts are told: instants in the cinema's time zone, money, ticket types by their names. */
import { useI18n } from 'vue-i18n'

import type { Schemas } from '@/api/client'
import { dayAndTime, longDay, timeOfDay } from '@/lib/dates'
import { moneyText } from '@/lib/money'
import { languageName } from '@/lib/names'

interface Zoned {
  time_zone: string
}

export interface Words {
  money: (amount: Schemas['MoneyOut']) => string
  /** "Saturday 28 November" */
  day: (instant: string, there: Zoned) => string
  /** "20:15" */
  time: (instant: string, there: Zoned) => string
  /** "20:15" where the person is: for what they do themselves, not for what is on. */
  timeHere: (instant: string) => string
  /** "Sat 28 Nov, 20:15" */
  dayAndTime: (instant: string, there: Zoned) => string
  /** The ticket type in the person's language, if it is one that every cinema has; else by the name its cinema gave it. */
  ticketType: (id: string, given?: string) => string
  /** "German, English subtitles" */
  spoken: (showtime: { language: string; subtitles: string | null }) => string
  /** "Uferstraße 12, Berlin" */
  address: (cinema: { cinema_street: string; cinema_city: string }) => string
  /** "C4, C5" */
  seats: (tickets: readonly { label: string }[]) => string
}

export function useWords(): Words {
  const { t, te, locale } = useI18n()
  const told = (there: Zoned): { language: string; timeZone: string } => ({ language: locale.value, timeZone: there.time_zone })
  return {
    money: (amount) => moneyText(amount, locale.value),
    day: (instant, there) => longDay(instant, told(there)),
    time: (instant, there) => timeOfDay(instant, told(there)),
    timeHere: (instant) =>
      timeOfDay(instant, { language: locale.value, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
    dayAndTime: (instant, there) => dayAndTime(instant, told(there)),
    ticketType: (id, given) => (te(`booking.ticketType.${id}`) ? t(`booking.ticketType.${id}`) : (given ?? capitalised(id))),
    spoken: ({ language, subtitles }) => {
      const spoken = languageName(language, locale.value)
      if (subtitles === null) return spoken
      return t('booking.facts.subtitles', { language: spoken, subtitles: languageName(subtitles, locale.value) })
    },
    address: ({ cinema_street: street, cinema_city: city }) => [street, city].filter(Boolean).join(', '),
    seats: (tickets) => tickets.map(({ label }) => label).join(', '),
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1).replaceAll('-', ' ')
}
