import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ProblemError } from './client';
import { sessionQuery } from './queries';

/** The cache of what the server said. A 401 anywhere means the session has ended: the sign-in is shown again. */
export function makeQueryClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        const ended = error instanceof ProblemError && error.problem.status === 401;
        if (ended && query.queryKey[0] !== 'session') client.setQueryData(sessionQuery.queryKey, null);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && error instanceof ProblemError && [0, 502, 503].includes(error.problem.status),
      },
    },
  });
  return client;
}
