import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** A filter that lives in the address: null when it is not there. */
export function useFilter(name: 'genre' | 'cinema'): WritableComputedRef<string | null> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => {
      const value = route.query[name]
      return typeof value === 'string' ? value : null
    },
    set: (next) => {
      void router.push({ query: { ...route.query, [name]: next ?? undefined } })
    },
  })
}
