import { describe, expect, it } from 'vitest'

import type { Cinema } from '@/queries/cinemas'
import type { Movie } from '@/queries/movies'

import { folded, searchOf } from './searchIndex'

const times = { version: 1, created_at: '2026-11-01T00:00:00Z', updated_at: '2026-11-01T00:00:00Z' }
const movie = (title: string, genres: string[] = [], tags: string[] = []): Movie => ({
  id: title, title, genres, tags, synopsis: '', languages: ['de'], duration_minutes: 90, certificate: '', released_on: null, rating: null, poster: null, status: 'published', ...times,
})
const cinema = (name: string, city: string): Cinema => ({
  id: name, name, city, street: 'Uferstraße 12', country: 'DE', time_zone: 'Europe/Berlin', currency: 'EUR',
  cancellation: { closes_minutes: 60, refund_per_cent: 100 }, day_starts_hour: 6, status: 'published', ...times,
})

const search = searchOf(
  [
    movie('Été à Zürich', ['Romance'], ['lake']),
    movie('The Salt Cartographer', ['Drama'], ['sea']),
    movie('पतंगों का मौसम', ['Family']),
    movie('Drama Queen', ['Comedy']),
  ],
  [cinema('Lichtburg am Kanal', 'Berlin'), cinema('Elbschloss', 'Hamburg')],
  { genre: (genre) => ({ Romance: 'Liebesfilm', Family: 'पारिवारिक' })[genre] ?? genre, language: () => 'Deutsch' },
)
const names = (query: string) => search(query).map((found) => (found.kind === 'movie' ? found.movie.title : found.cinema.name))

describe('a search', () => {
  it.each([
    ['ete zur', 'Été à Zürich', 'accents folded, words begun'],
    ['ZÜRICH', 'Été à Zürich', 'any case'],
    ['cartografer', 'The Salt Cartographer', 'a letter mistyped'],
    ['liebes', 'Été à Zürich', 'a genre, in the language of the page'],
    ['romance', 'Été à Zürich', 'a genre, as the catalogue has it'],
    ['lake', 'Été à Zürich', 'a tag'],
    ['मौस', 'पतंगों का मौसम', 'a title in Devanagari'],
    ['पारिवारिक', 'पतंगों का मौसम', 'a genre in Devanagari'],
    ['berlin', 'Lichtburg am Kanal', 'a city'],
    ['elbsch', 'Elbschloss', 'a cinema'],
    ['uferstrasse berl', 'Lichtburg am Kanal', 'a street, ß or ss, with its city'],
  ])('for "%s" finds %s: %s', (query, expected) => {
    expect(names(query)).toContain(expected)
  })

  it('takes words together', () => {
    expect(names('salt berlin')).toEqual([])
  })
  it('puts names before all else', () => {
    expect(names('drama')[0]).toBe('Drama Queen')
  })
  it('finds languages', () => {
    expect(names('deutsch').length).toBe(4)
  })
  it('finds nothing for nothing', () => {
    expect(names('  ')).toEqual([])
    expect(names('xyzzy')).toEqual([])
  })
})

describe('folding', () => {
  it('keeps the vowel signs of Hindi, which are letters', () => {
    expect(folded('की')).not.toBe(folded('का'))
  })
  it.each([['Straße', 'strasse'], ['Łódź', 'lodz'], ['Ærø', 'aero']])('%s is %s', (word, expected) => {
    expect(folded(word)).toBe(expected)
  })
})
