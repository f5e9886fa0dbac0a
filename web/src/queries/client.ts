/** How what the server knows is kept in the page: asked once, shared, asked again when it may have changed. */
import { QueryClient } from '@tanstack/vue-query'

import { mayAskAgain, pauseBefore } from './patience'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => mayAskAgain(failures, error),
      retryDelay: pauseBefore,
    },
    // What changes something is repeated by the person, or by code that knows that it may. It happens now or is said to have
    // failed: put off until there is a connection, it would happen to somebody who has changed their mind.
    mutations: { retry: false, networkMode: 'always' },
  },
})
