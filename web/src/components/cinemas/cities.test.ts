import { describe, expect, it } from 'vitest'

import type { Cinema } from '@/queries/cinemas'

import { cinemaGroups, citiesOf, cityToShow } from './cities'

function aCinema(city: string, time_zone = 'Europe/Berlin'): Cinema {
  return {
    id: city,
    name: `Kino ${city}`,
    street: 'Hauptstraße 1',
    city,
    country: 'DE',
    time_zone,
    currency: 'EUR',
    cancellation: { closes_minutes: 60, refund_per_cent: 100 },
    day_starts_hour: 6,
    status: 'published',
    version: 1,
    created_at: '2026-11-01T00:00:00Z',
    updated_at: '2026-11-01T00:00:00Z',
  }
}

const cinemas = [aCinema('Hamburg'), aCinema('Berlin'), aCinema('Berlin'), aCinema('Mumbai', 'Asia/Kolkata')]
const show = (wanted: (string | null)[], timeZone = 'America/Lima') => cityToShow(cinemas, { wanted, timeZone })

describe('the cities', () => {
  it('are each named once, by name', () => {
    expect(citiesOf(cinemas, null, 'de')).toEqual(['Berlin', 'Hamburg', 'Mumbai'])
  })
  it('begin with the home city, however it is written', () => {
    expect(citiesOf(cinemas, 'mumbai', 'de')).toEqual(['Mumbai', 'Berlin', 'Hamburg'])
  })
})

describe('the city to show', () => {
  it('is the first wanted one that has a cinema, however it is written', () => {
    expect(show(['Atlantis', 'hamburg', 'Berlin'])).toBe('Hamburg')
  })
  it('else has the time of this device', () => {
    expect(show([null], 'Asia/Kolkata')).toBe('Mumbai')
  })
  it('else has the most cinemas', () => {
    expect(show([])).toBe('Berlin')
  })
  it('is none where there is no cinema', () => {
    expect(cityToShow([], { wanted: ['Berlin'], timeZone: 'UTC' })).toBeNull()
  })
})

describe('the cinemas by city', () => {
  it('stand under their city, in the order of the cities', () => {
    const groups = cinemaGroups(cinemas, ['Mumbai', 'Berlin', 'Hamburg'])
    expect(groups.map(({ city, cinemas: of }) => [city, of.length])).toEqual([['Mumbai', 1], ['Berlin', 2], ['Hamburg', 1]])
  })

  it('of a city with very many come in several groups, named once', () => {
    const groups = cinemaGroups(Array.from({ length: 30 }, () => aCinema('Berlin')), ['Berlin'])
    expect(groups.map(({ isFirst, cinemas: of }) => [isFirst, of.length])).toEqual([[true, 12], [false, 12], [false, 6]])
  })
})
