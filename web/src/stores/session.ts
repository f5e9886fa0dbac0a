/** Whether somebody is signed in. Who that is, is asked of the server (queries/me.ts). */
import { defineStore } from 'pinia'
import { ref } from 'vue'

import { isSignedIn, onSessionChange } from '@/api/credentials'
import { forgetAccountsBookings } from '@/lib/keptBookings'
import { queryClient } from '@/queries/client'

export const useSession = defineStore('session', () => {
  const signedIn = ref(isSignedIn())
  onSessionChange(() => {
    if (signedIn.value === isSignedIn()) return
    signedIn.value = isSignedIn()
    // What one person was shown must not be shown to the next.
    queryClient.removeQueries({ queryKey: ['me'] })
    queryClient.removeQueries({ queryKey: ['bookings'] })
    // What could not be told because of the session may be told now.
    void queryClient.resetQueries({ predicate: ({ state }) => state.status === 'error' && state.data === undefined })
    if (!signedIn.value) forgetAccountsBookings()
  })
  return { signedIn }
})
