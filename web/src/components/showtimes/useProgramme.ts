import { computed, type Ref } from 'vue'
import { useRoute } from 'vue-router'

import { businessDay, dayAfter, dayIn } from '@/lib/dates'
import type { Cinema } from '@/queries/cinemas'
import { useMovies } from '@/queries/movies'
import { useDay } from '@/queries/showtimes'

import { offerOf } from './fullness'
import { byMovie, featured, type MovieOfDay, offered } from './programme'
import { useCoarseNow } from '@/lib/ticking'

const DAYS = 14

/** The movie that is shown large, and the day on which it can be seen. */
export interface Staged {
  day: string
  of: MovieOfDay
}

/** What is on in some cinemas of one place: on the day that the address names, and on the one that comes first. */
export function useProgramme(cinemas: Ref<readonly Cinema[]>) {
  const route = useRoute()
  const now = useCoarseNow()
  const movies = useMovies()

  const ids = computed(() => cinemas.value.map((cinema) => cinema.id))
  const today = computed(() => {
    const [first] = cinemas.value
    return first === undefined ? null : businessDay(first.time_zone, first.day_starts_hour ?? 0, now.value)
  })
  /** What the calendar says there: an hour after midnight that is already the next day. */
  const calendarToday = computed(() => {
    const [first] = cinemas.value
    return first === undefined ? null : dayIn(first.time_zone, now.value)
  })
  const present = useDay(ids, today)
  const isTodayOver = computed(
    () =>
      !present.value.isPending &&
      present.value.error === null &&
      !present.value.showtimes.some((showtime) => offerOf(showtime, now.value) === 'open'),
  )
  /** Today, until nothing of it can be bought any more; then tomorrow. */
  const openingDay = computed(() =>
    isTodayOver.value && today.value !== null ? dayAfter(today.value, 1) : today.value,
  )
  const opening = useDay(ids, openingDay)

  const days = computed(() => {
    if (today.value === null || calendarToday.value === null) return []
    // A night that has played out is not offered: the strip begins with the morning after.
    const first = isTodayOver.value && calendarToday.value > today.value ? calendarToday.value : today.value
    return Array.from({ length: DAYS }, (_, ahead) => dayAfter(first, ahead))
  })

  const day = computed(() => {
    const wanted = route.query.day
    return typeof wanted === 'string' && days.value.includes(wanted) ? wanted : openingDay.value
  })
  const chosen = useDay(ids, day)

  function put(found: Ref<{ showtimes: Parameters<typeof offered>[0] }>): MovieOfDay[] {
    return byMovie(offered(found.value.showtimes, now.value), movies.data.value ?? [])
  }

  const isPending = computed(() => chosen.value.isPending || movies.isPending.value)
  const isOpeningPending = computed(() => opening.value.isPending || movies.isPending.value)
  const shown = computed(() => put(chosen))
  const openingMovies = computed(() => put(opening))
  /** Those cinemas whose days were told last. */
  const told = computed<readonly string[]>((before = []) => (isPending.value || isOpeningPending.value ? before : ids.value))

  /** What is shown large: of the chosen day; if that has nothing to sell, of the one that comes first. Until a day is told, as before. */
  const stage = computed<Staged | null>((before) => {
    if (isPending.value) return told.value === ids.value ? (before ?? null) : null
    return staged(day.value, shown.value, now.value) ?? staged(openingDay.value, openingMovies.value, now.value)
  })

  return {
    now,
    calendarToday,
    days,
    day,
    shown,
    stage,
    isPending,
    isOpeningPending,
    /** Nothing of these cinemas was told yet. */
    isWaiting: computed(() => told.value !== ids.value),
    /** Whether there is more than one genre to choose, on any day. */
    hasGenres: computed(() => new Set(movies.data.value?.flatMap(({ genres }) => genres ?? [])).size > 1),
    /** What was told stays, though asking again failed. */
    error: computed(() => (movies.data.value === undefined ? movies.error.value : null) ?? chosen.value.error),
    retry() {
      if (movies.isError.value) void movies.refetch()
      chosen.value.retry()
    },
  }
}

function staged(day: string | null, movies: readonly MovieOfDay[], now: number): Staged | null {
  const of = featured(movies, now)
  return day === null || of === null ? null : { day, of }
}
