import { describe, expect, it } from 'vitest'

import type { Movie } from '@/queries/movies'
import type { ListedShowtime } from '@/queries/showtimes'

import { byCinema, byMovie, daysOf, featured, filtered, genresOf, nextOf, offered } from './programme'

const NOON = Date.parse('2026-11-22T12:00:00Z')

function aMovie(id: string, changes: Partial<Movie> = {}): Movie {
  return {
    id,
    title: id,
    synopsis: '',
    genres: ['Drama'],
    tags: [],
    languages: ['en'],
    duration_minutes: 100,
    certificate: '12',
    released_on: null,
    rating: 70,
    poster: null,
    status: 'published',
    version: 1,
    created_at: '2026-11-01T00:00:00Z',
    updated_at: '2026-11-01T00:00:00Z',
    ...changes,
  }
}

function aShowtime(id: string, movie: string, starts: string, changes: Partial<ListedShowtime> = {}): ListedShowtime {
  return {
    id,
    movie_id: movie,
    movie_title: movie,
    cinema_id: 'lichtburg',
    cinema_name: 'Lichtburg',
    auditorium_id: 'lichtburg-S1',
    auditorium_name: 'Screen 1',
    plan_id: 'plan',
    plan_version: 1,
    price_list_id: 'prices',
    starts_at: `2026-11-22T${starts}:00Z`,
    ends_at: '2026-11-22T23:00:00Z',
    sales_close_at: `2026-11-22T${starts}:00Z`,
    business_date: '2026-11-22',
    time_zone: 'Europe/Berlin',
    format: '2D',
    language: 'en',
    subtitles: null,
    capacity: 100,
    status: 'on_sale',
    version: 1,
    seats_left: 50,
    price_from: { minor: 900, currency: 'EUR' },
    ...changes,
  }
}

const elsewhere = { cinema_id: 'astor', cinema_name: 'Astor' }

describe('showtimes', () => {
  it('are offered by their start, without those that are past', () => {
    const all = [aShowtime('C', 'x', '20:00'), aShowtime('A', 'x', '11:00'), aShowtime('B', 'x', '18:00')]
    expect(offered(all, NOON).map(({ id }) => id)).toEqual(['B', 'C'])
  })
  it('are grouped by cinema, in the order of their names', () => {
    const groups = byCinema([aShowtime('A', 'x', '18:00'), aShowtime('B', 'x', '19:00', elsewhere), aShowtime('C', 'x', '20:00')])
    expect(groups.map(({ cinemaName, showtimes }) => [cinemaName, showtimes.length])).toEqual([['Astor', 1], ['Lichtburg', 2]])
  })
  it('tell their days once each, in order', () => {
    const other = { business_date: '2026-11-21' }
    expect(daysOf([aShowtime('A', 'x', '18:00'), aShowtime('B', 'x', '18:00', other), aShowtime('C', 'x', '20:00')])).toEqual([
      '2026-11-21',
      '2026-11-22',
    ])
  })
})

describe('movies of a day', () => {
  const movies = [
    aMovie('quiet', { rating: 88 }),
    aMovie('thunder', { rating: 64, genres: ['Comedy', 'Drama'] }),
    aMovie('unrated', { rating: null, genres: ['Comedy'] }),
  ]
  const showtimes = [
    aShowtime('A', 'unrated', '17:00'),
    aShowtime('B', 'thunder', '18:00'),
    aShowtime('C', 'thunder', '20:00', elsewhere),
    aShowtime('D', 'quiet', '19:00', { seats_left: 0 }),
  ]
  const day = byMovie(showtimes, movies)

  it('begin with those that play most, then the better rated', () => {
    expect(day.map(({ movie }) => movie.id)).toEqual(['thunder', 'quiet', 'unrated'])
  })
  it('leave out what the catalogue does not know', () => {
    expect(byMovie([aShowtime('X', 'unknown', '18:00')], movies)).toEqual([])
  })
  it('are filtered by genre and cinema together', () => {
    expect(filtered(day, { genre: 'Drama', cinemaId: 'astor' }).map(({ movie, cinemas }) => [movie.id, cinemas.length])).toEqual([
      ['thunder', 1],
    ])
    expect(filtered(day, { genre: null, cinemaId: null })).toHaveLength(3)
  })
  it('tell their genres, the more frequent first', () => {
    expect(genresOf(day)).toEqual(['Comedy', 'Drama'])
  })
  it('feature the best rated of those that can be bought', () => {
    expect(featured(day, NOON)?.movie.id).toBe('thunder')
    expect(featured([], NOON)).toBeNull()
  })
  it('tell the next showtimes over all cinemas', () => {
    const [thunder] = day
    expect(thunder && nextOf(thunder, NOON, 1).map(({ id }) => id)).toEqual(['B'])
  })
})
