import type { Cinema } from '@/queries/cinemas'

/** The cities that have a cinema, by name, the home city first. */
export function citiesOf(cinemas: readonly Cinema[], home: string | null, language: string): string[] {
  const names = [...new Set(cinemas.map((cinema) => cinema.city))]
  return names.sort((one, other) => Number(isSame(other, home)) - Number(isSame(one, home)) || one.localeCompare(other, language))
}

/**
 * The city to show: the one that was asked for, else the one this person looked at last, else their home city,
 * else one whose time it is on this device, else the one with the most cinemas. Null if there is no cinema.
 */
export function cityToShow(
  cinemas: readonly Cinema[],
  { wanted, timeZone }: { wanted: readonly (string | null | undefined)[]; timeZone: string },
): string | null {
  for (const name of wanted) {
    const found = cinemas.find((cinema) => isSame(cinema.city, name))
    if (found !== undefined) return found.city
  }
  const counted = new Map<string, number>()
  for (const { city, time_zone } of cinemas) {
    // A city of this device's own time comes before any number of cinemas elsewhere.
    counted.set(city, (counted.get(city) ?? 0) + (time_zone === timeZone ? 1_000 : 1))
  }
  const [first] = [...counted].sort(([one, count], [other, others]) => others - count || one.localeCompare(other))
  return first?.[0] ?? null
}

function isSame(city: string, name: string | null | undefined): boolean {
  return name?.trim().localeCompare(city, undefined, { sensitivity: 'base' }) === 0
}

export interface CinemaGroup {
  key: string
  city: string
  /** The first of its city, which bears its name. */
  isFirst: boolean
  cinemas: Cinema[]
}

/** Full rows of two columns, and of three. */
const GROUP = 12

/** The cinemas by city, in the order of the cities; a city with very many in several groups. */
export function cinemaGroups(cinemas: readonly Cinema[], cities: readonly string[]): CinemaGroup[] {
  return cities.flatMap((city) => {
    const of = cinemas.filter((cinema) => cinema.city === city)
    return Array.from({ length: Math.ceil(of.length / GROUP) }, (_, place) => ({
      key: `${city} ${String(place)}`,
      city,
      isFirst: place === 0,
      cinemas: of.slice(place * GROUP, (place + 1) * GROUP),
    }))
  })
}
