/** Dates as people read them. Showtimes are told in their cinema's time zone, never in the device's. */

import { regional } from './regions'

export interface Told {
  language: string
  timeZone: string
}

/** "20:15", "8:15 pm" */
export function timeOfDay(instant: string, { language, timeZone }: Told): string {
  return unbroken(formatter(language, { timeZone, hour: 'numeric', minute: '2-digit' }), instant)
}

/** "Saturday 28 November" */
export function longDay(instant: string, { language, timeZone }: Told): string {
  return unbroken(formatter(language, { timeZone, weekday: 'long', day: 'numeric', month: 'long' }), instant)
}

/** "Sat 28 Nov, 20:15" */
export function dayAndTime(instant: string, { language, timeZone }: Told): string {
  const format = formatter(language, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  })
  return unbroken(format, instant)
}

/** A calendar day (YYYY-MM-DD) in the given form; it belongs to no time zone. */
export function calendarDay(day: string, language: string, options: Intl.DateTimeFormatOptions): string {
  return unbroken(formatter(language, { ...options, timeZone: 'UTC' }), `${day}T12:00:00Z`)
}

/** The day it is there now, as YYYY-MM-DD. */
export function dayIn(timeZone: string, now: number): string {
  return formatter('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
}

/** The business date that a cinema has now, as YYYY-MM-DD: before `dayStartsHour` it is still the day before's evening. */
export function businessDay(timeZone: string, dayStartsHour: number, now: number): string {
  const hour = Number(formatter('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(now))
  const day = dayIn(timeZone, now)
  return hour < dayStartsHour ? dayAfter(day, -1) : day
}

/** `days` days after a calendar day, as YYYY-MM-DD. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** "4:05" of what is left, never less than "0:00". */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`
}

const TOGETHER = new Set(['day month', 'month day', 'minute dayPeriod', 'dayPeriod hour'])

/** No line ends within "22. November" or "5:30 pm". */
function unbroken(format: Intl.DateTimeFormat, instant: string): string {
  const parts = format.formatToParts(new Date(instant))
  return parts
    .map(({ type, value }, at) =>
      type === 'literal' && TOGETHER.has(`${parts[at - 1]?.type ?? ''} ${parts[at + 1]?.type ?? ''}`) ? value.replaceAll(/\s/g, '\u00a0') : value,
    )
    .join('')
}

const formatters = new Map<string, Intl.DateTimeFormat>()

// Making one costs a hundred times what using one does.
function formatter(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const region = regional(language)
  const key = region + JSON.stringify(options)
  let made = formatters.get(key)
  if (made === undefined) {
    made = new Intl.DateTimeFormat(region, options)
    formatters.set(key, made)
  }
  return made
}
