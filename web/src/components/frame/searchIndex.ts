/** Finds movies and cinemas by any of their words, begun or slightly mistyped, with or without accents. */
import MiniSearch from 'minisearch'

import type { Cinema } from '@/queries/cinemas'
import type { Movie } from '@/queries/movies'

export type Found = { kind: 'movie'; id: string; movie: Movie } | { kind: 'cinema'; id: string; cinema: Cinema }
export interface Naming {
  genre: (genre: string) => string
  language: (code: string) => string
}
export type Search = (query: string) => Found[]

interface Entry {
  id: string
  name: string
  more: string
  found: Found
}

const MOST = 20

export function searchOf(movies: readonly Movie[], cinemas: readonly Cinema[], naming: Naming): Search {
  const index = new MiniSearch<Entry>({
    fields: ['name', 'more'],
    processTerm: (term) => folded(term),
    searchOptions: {
      boost: { name: 4 },
      prefix: true,
      // Short words have no letter to spare.
      fuzzy: (term) => (term.length > 3 ? 0.25 : false),
      combineWith: 'AND',
    },
  })
  const entries = [...movies.map((movie) => ofMovie(movie, naming)), ...cinemas.map(ofCinema)]
  index.addAll(entries)
  const byId = new Map(entries.map((entry) => [entry.id, entry.found]))
  return (query) =>
    index
      .search(query)
      .slice(0, MOST)
      .flatMap((hit) => byId.get(String(hit.id)) ?? [])
}

/** A word as it is compared: "Été" is "ete", "Straße" is "strasse". Marks that are letters, as in Hindi, stay. */
export function folded(word: string): string {
  return word
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('æ', 'ae')
    .replaceAll('œ', 'oe')
    .replaceAll('ł', 'l')
    .normalize('NFC')
}

function ofMovie(movie: Movie, { genre, language }: Naming): Entry {
  const genres = (movie.genres ?? []).flatMap((each) => [each, genre(each)])
  const more = [...genres, ...(movie.tags ?? []), ...movie.languages.map(language)]
  const id = `movie ${movie.id}`
  return { id, name: movie.title, more: more.join(' '), found: { kind: 'movie', id, movie } }
}

function ofCinema(cinema: Cinema): Entry {
  const id = `cinema ${cinema.id}`
  return { id, name: cinema.name, more: `${cinema.city} ${cinema.street}`, found: { kind: 'cinema', id, cinema } }
}
