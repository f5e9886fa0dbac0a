import { useI18n } from 'vue-i18n'

/** That no more wheelchair places are free than these. */
export function usePlacesText(): (free: number) => string {
  const { t } = useI18n()
  return (free) => (free === 0 ? t('seats.places.none') : t('seats.places.only', { n: free }, free))
}
