/** How what the server knows is kept in the page: asked once, shared, asked again when it may have changed. */
import { QueryClient } from '@tanstack/vue-query'

import { isTimeToAsk, mayAskAgain, patiently, pauseBefore } from './patience'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // Keeps nothing: it is where each try of a question passes, with what is known of the ones before.
      persister: patiently,
      networkMode: 'online',
      retry: (failures, error) => mayAskAgain(failures, error),
      retryDelay: pauseBefore,
      retryOnMount: isTimeToAsk,
    },
    // What changes something is repeated by the person, or by code that knows that it may. It happens now or is said to have
    // failed: put off until there is a connection, it would happen to somebody who has changed their mind.
    mutations: { retry: false, networkMode: 'always' },
  },
})
