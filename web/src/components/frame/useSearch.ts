import { computed, type Ref, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { useGenreName } from '@/components/movies/useGenreName'
import { languageName } from '@/lib/names'
import { useCinemas } from '@/queries/cinemas'
import { useMovies } from '@/queries/movies'

import { recent } from './recent'
import { type Found, searchOf } from './searchIndex'

export interface Group {
  name: string
  found: Found[]
}

const WELL_LIKED = 5

/** What is found for the query; without one, what was opened lately, else what is well liked. */
export function useSearch(query: Ref<string>) {
  const { t, locale } = useI18n()
  const genreName = useGenreName()
  const movies = useMovies()
  const cinemas = useCinemas()
  const lately = ref(recent())

  const everything = computed<Found[]>(() => [
    ...(movies.data.value ?? []).map((movie) => ({ kind: 'movie' as const, id: `movie ${movie.id}`, movie })),
    ...(cinemas.data.value ?? []).map((cinema) => ({ kind: 'cinema' as const, id: `cinema ${cinema.id}`, cinema })),
  ])
  const search = computed(() =>
    searchOf(movies.data.value ?? [], cinemas.data.value ?? [], {
      genre: genreName,
      language: (code) => languageName(code, locale.value),
    }),
  )

  const groups = computed<Group[]>(() => {
    if (query.value.trim() === '') return [withoutQuery()]
    const found = search.value(query.value)
    return [
      { name: t('movies.movies'), found: found.filter((each) => each.kind === 'movie') },
      { name: t('movies.cinemas'), found: found.filter((each) => each.kind === 'cinema') },
    ].filter((group) => group.found.length > 0)
  })
  const options = computed(() => groups.value.flatMap((group) => group.found))

  function withoutQuery(): Group {
    const before = lately.value.flatMap((id) => everything.value.find((each) => each.id === id) ?? [])
    if (before.length > 0) return { name: t('movies.search.recent'), found: before }
    const liked = everything.value
      .filter((each) => each.kind === 'movie')
      .sort((one, other) => (other.movie.rating ?? -1) - (one.movie.rating ?? -1))
    return { name: t('movies.search.top'), found: liked.slice(0, WELL_LIKED) }
  }

  /** Which option the arrow keys are at; the first as soon as something was typed. */
  const active = ref(-1)
  watch([query, options], () => {
    active.value = query.value.trim() !== '' && options.value.length > 0 ? 0 : -1
  })
  function move(by: number): void {
    const count = options.value.length
    if (count === 0) return
    active.value = active.value === -1 && by < 0 ? count - 1 : (active.value + by + count) % count
  }

  return {
    groups,
    options,
    active,
    move,
    isPending: computed(() => movies.isPending.value || cinemas.isPending.value),
    error: computed(() => (movies.data.value === undefined ? movies.error.value : null) ?? (cinemas.data.value === undefined ? cinemas.error.value : null)),
    retry() {
      if (movies.isError.value) void movies.refetch()
      if (cinemas.isError.value) void cinemas.refetch()
    },
    refreshRecent() {
      lately.value = recent()
    },
    hasRecent: computed(() => lately.value.length > 0),
  }
}
