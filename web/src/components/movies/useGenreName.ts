import { useI18n } from 'vue-i18n'

/** Genres are free text of the catalogue; those that many use have a name in each language. */
export function useGenreName(): (genre: string) => string {
  const { t, te } = useI18n()
  return (genre) => {
    const key = `movies.genres.${genre.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`
    return te(key) ? t(key) : genre
  }
}
