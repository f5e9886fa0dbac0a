/** The account of whoever is signed in, and what they may do with it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'

import { answer, api, ifMatch, type Schemas } from '@/api/client'
import { isSignedIn, signedIn, signedOut } from '@/api/credentials'
import { accountsHolds, forgetAccountsSelections } from '@/lib/keptSelections'
import { useSession } from '@/stores/session'

import { giveBack } from './holdCalls'

export type Me = Schemas['Me']

export function useMe() {
  const session = useSession()
  return useQuery({
    queryKey: ['me'],
    queryFn: () => answer(api.GET('/v1/me')),
    enabled: computed(() => session.signedIn),
  })
}

export function useLogIn() {
  const queryClient = useQueryClient()
  return useMutation({
    async mutationFn({ email, password }: { email: string; password: string }) {
      const tokens = await answer(api.POST('/v1/auth/login', { body: { email, password, tokens_in: 'cookie' } }))
      // Somebody else may have been signed in: nothing of theirs goes over.
      if (isSignedIn()) leave()
      signedIn(tokens)
      const me = await answer(api.GET('/v1/me'))
      queryClient.setQueryData(['me'], me)
      return me
    },
  })
}

/** Ends the session here and in every other tab. Should the API be out of reach, the person is told: they are not out. */
export function useLogOut() {
  return useMutation({
    async mutationFn() {
      await answer(api.POST('/v1/auth/logout', { body: {} }))
      await giveBackAll()
      leave()
    },
  })
}

/** Nobody could go on with these seats. What can't be given back at once lapses by itself. */
async function giveBackAll(): Promise<void> {
  const giving = accountsHolds().map(([showtimeId, hold]) => giveBack(showtimeId, hold))
  const soon = new Promise((resolve) => setTimeout(resolve, 2_000))
  await Promise.race([Promise.allSettled(giving), soon])
}

function leave(): void {
  forgetAccountsSelections()
  signedOut()
}

export function useRegister() {
  return useMutation({ mutationFn: (body: Schemas['RegistrationIn']) => answer(api.POST('/v1/auth/register', { body })) })
}

export function useVerifyAddress() {
  return useMutation({ mutationFn: (token: string) => answer(api.POST('/v1/auth/verify', { body: { token } })) })
}

export function useSendVerificationAgain() {
  return useMutation({ mutationFn: (email: string) => answer(api.POST('/v1/auth/verification', { body: { email } })) })
}

export function useAskForPasswordReset() {
  return useMutation({ mutationFn: (email: string) => answer(api.POST('/v1/auth/password-reset', { body: { email } })) })
}

export function useResetPassword() {
  return useMutation({ mutationFn: (body: Schemas['NewPasswordIn']) => answer(api.POST('/v1/auth/password-reset/confirm', { body })) })
}

/** Changes what is given, of the account as it was shown: somebody else's change in between is not overwritten. */
export function useChangeMe() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ me, changes }: { me: Me; changes: Schemas['MeChanges'] }) =>
      answer(api.PATCH('/v1/me', { params: { header: ifMatch(me.version) }, body: changes })),
    onSuccess: (me) => {
      queryClient.setQueryData(['me'], me)
    },
    onError: () => queryClient.invalidateQueries({ queryKey: ['me'] }),
  })
}

/** Every other session ends; this one goes on with new tokens. */
export function useChangePassword() {
  const queryClient = useQueryClient()
  return useMutation({
    async mutationFn({ me, current, next }: { me: Me; current: string; next: string }) {
      const tokens = await answer(
        api.PUT('/v1/me/password', {
          params: { header: ifMatch(me.version) },
          body: { current_password: current, password: next, tokens_in: 'cookie' },
        }),
      )
      signedIn(tokens)
      await queryClient.invalidateQueries({ queryKey: ['me'] })
    },
  })
}

export function useExportMe() {
  return useMutation({ mutationFn: () => answer(api.GET('/v1/me/export')) })
}

export function useEraseMe() {
  return useMutation({
    async mutationFn(me: Me) {
      await answer(api.DELETE('/v1/me', { params: { header: ifMatch(me.version) } }))
      leave()
    },
  })
}
