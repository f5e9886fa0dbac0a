/** Names of languages and countries, and amounts with their units, as the browser knows them in the page's language. */

/** "German", "Deutsch" */
export function languageName(code: string, language: string): string {
  return names(language, 'language').of(code) ?? code
}

/** "Germany", "Deutschland" */
export function countryName(code: string, language: string): string {
  return names(language, 'region').of(code) ?? code
}

/** "1 hr 52 min" */
export function durationText(minutes: number, language: string): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  const parts = [
    ...(hours > 0 ? [unit(hours, 'hour', language)] : []),
    ...(rest > 0 || hours === 0 ? [unit(rest, 'minute', language)] : []),
  ]
  return parts.join(' ')
}

/** "84%", "84 %" of a number of hundredths. */
export function percentText(hundredths: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'percent' }).format(hundredths / 100)
}

/** "Today", "Tomorrow"; null of days that have no such name. */
export function nearDay(daysAhead: number, language: string): string | null {
  if (daysAhead < 0 || daysAhead > 1) return null
  const name = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(daysAhead, 'day')
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
}

/** The letter a name begins with: a whole one, also where it takes two code units, as an emoji does. */
export function initial(name: string): string {
  return [...name][0] ?? ''
}

const made = new Map<string, Intl.DisplayNames>()

function names(language: string, type: 'language' | 'region'): Intl.DisplayNames {
  const key = `${language} ${type}`
  const found = made.get(key) ?? new Intl.DisplayNames(language, { type, fallback: 'code' })
  made.set(key, found)
  return found
}

function unit(amount: number, name: 'hour' | 'minute', language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(amount)
}
