import { computed, ref, type Ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'

import { keep, kept } from '@/lib/device'
import type { Cinema } from '@/queries/cinemas'
import { useMe } from '@/queries/me'
import { destinationOf } from '@/router/destination'
import { useSession } from '@/stores/session'

import { citiesOf, cityToShow } from './cities'

const KEPT = 'matinee.city'
const remembered = ref(kept(KEPT))

/** The city that is looked at, of those that have a cinema in the list. It stands in the address, and is remembered. */
export function useCity(cinemas: Ref<readonly Cinema[] | undefined>) {
  const route = useRoute()
  const router = useRouter()
  const { locale } = useI18n()
  const session = useSession()
  const me = useMe()
  const here = route.name
  const destination = destinationOf(router)

  const home = computed(() => me.data.value?.home_city ?? null)
  const inAddress = computed(() => (typeof route.query.city === 'string' ? route.query.city : null))

  const city = computed(() => {
    if (cinemas.value === undefined) return null
    // Whose home city may still be told is not shown another one first.
    const isKnown = inAddress.value !== null || remembered.value !== null || !session.signedIn || !me.isPending.value
    if (!isKnown) return null
    return cityToShow(cinemas.value, {
      wanted: [inAddress.value, remembered.value, home.value],
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    })
  })

  // The address always says which city is shown, so that it can be passed on.
  watch(
    [city, inAddress, destination],
    ([shown, told]) => {
      if (shown === null || shown === told || destination.value !== null || route.name !== here) return
      void router.replace({ query: { ...route.query, city: shown }, hash: route.hash })
    },
    { immediate: true },
  )

  function choose(next: string): void {
    keep(KEPT, next)
    remembered.value = next
    // A cinema of another city would leave nothing to see.
    void router.push({ query: { ...route.query, cinema: undefined, city: next } })
  }

  const cities = computed(() => citiesOf(cinemas.value ?? [], home.value, locale.value))
  return { city, cities, choose }
}
