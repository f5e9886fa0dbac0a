/** What is on: showtimes put together as people look for them, by movie and by cinema. */
import type { Movie } from '@/queries/movies'
import type { ListedShowtime } from '@/queries/showtimes'

import { offerOf } from './fullness'

export interface AtCinema {
  cinemaId: string
  cinemaName: string
  showtimes: ListedShowtime[]
}
export interface MovieOfDay {
  movie: Movie
  cinemas: AtCinema[]
}
export interface Filter {
  genre: string | null
  cinemaId: string | null
}

/** Those that a person may still go to, or learn why not, by start. */
export function offered(showtimes: readonly ListedShowtime[], now: number): ListedShowtime[] {
  return showtimes
    .filter((showtime) => offerOf(showtime, now) !== 'past')
    .sort((one, other) => one.starts_at.localeCompare(other.starts_at) || one.id.localeCompare(other.id))
}

/** The movies of the showtimes, those that play most first; then the better rated; then by title. */
export function byMovie(showtimes: readonly ListedShowtime[], movies: readonly Movie[]): MovieOfDay[] {
  const known = new Map(movies.map((movie) => [movie.id, movie]))
  const found = [...groups(showtimes, (showtime) => showtime.movie_id)].flatMap(([movieId, of]) => {
    const movie = known.get(movieId)
    return movie === undefined ? [] : [{ movie, cinemas: byCinema(of), count: of.length }]
  })
  return found.sort(
    (one, other) =>
      other.count - one.count || rating(other.movie) - rating(one.movie) || one.movie.title.localeCompare(other.movie.title),
  )
}

export function byCinema(showtimes: readonly ListedShowtime[]): AtCinema[] {
  return [...groups(showtimes, (showtime) => showtime.cinema_id)]
    .map(([cinemaId, of]) => ({ cinemaId, cinemaName: of[0]?.cinema_name ?? '', showtimes: of }))
    .sort((one, other) => one.cinemaName.localeCompare(other.cinemaName))
}

export function filtered(movies: readonly MovieOfDay[], { genre, cinemaId }: Filter): MovieOfDay[] {
  return movies.flatMap((each) => {
    if (genre !== null && !each.movie.genres?.includes(genre)) return []
    const cinemas = cinemaId === null ? each.cinemas : each.cinemas.filter((cinema) => cinema.cinemaId === cinemaId)
    return cinemas.length === 0 ? [] : [{ ...each, cinemas }]
  })
}

/** The genres of the movies, the more frequent first. */
export function genresOf(movies: readonly MovieOfDay[]): string[] {
  const counted = new Map<string, number>()
  for (const { movie } of movies) for (const genre of movie.genres ?? []) counted.set(genre, (counted.get(genre) ?? 0) + 1)
  return [...counted].sort(([one, count], [other, others]) => others - count || one.localeCompare(other)).map(([genre]) => genre)
}

/** The movie to show large: the best rated of those that still have seats to sell. */
export function featured(movies: readonly MovieOfDay[], now: number): MovieOfDay | null {
  const selling = movies.filter(({ cinemas }) =>
    cinemas.some(({ showtimes }) => showtimes.some((showtime) => offerOf(showtime, now) === 'open')),
  )
  return selling.reduce<MovieOfDay | null>(
    (best, each) => (best === null || rating(each.movie) > rating(best.movie) ? each : best),
    null,
  )
}

/** The next showtimes of a movie that can be bought, wherever they are. */
export function nextOf({ cinemas }: MovieOfDay, now: number, count: number): ListedShowtime[] {
  return offered(cinemas.flatMap(({ showtimes }) => showtimes), now)
    .filter((showtime) => offerOf(showtime, now) === 'open')
    .slice(0, count)
}

/** The days on which there are showtimes, each once, in order. */
export function daysOf(showtimes: readonly ListedShowtime[]): string[] {
  return [...new Set(showtimes.map((showtime) => showtime.business_date))].sort()
}

function rating(movie: Movie): number {
  return movie.rating ?? -1
}

function groups<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const found = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = found.get(key)
    if (group === undefined) found.set(key, [item])
    else group.push(item)
  }
  return found
}
