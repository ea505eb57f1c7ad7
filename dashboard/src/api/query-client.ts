/** The page's cache of replies. */
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, needsLogin } from './api-problem.ts';

const retriesMax = 2;

/** Creates the cache. A reply that says "log in" makes the page ask who is calling. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { queryKey: [name] }) => {
        if (needsLogin(error) && name !== 'getSession') {
          void client.invalidateQueries({ queryKey: ['getSession'] });
        }
      },
    }),
    defaultOptions: {
      queries: {
        // A laptop without a network still reaches a process on it.
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        staleTime: 1_000,
        retry: (failures, error) => failures < retriesMax && mayPass(error),
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  return client;
}

/** Whether a failure passes soon: what the server refused is refused again. */
function mayPass(error: unknown): boolean {
  return error instanceof ApiProblem && error.retryable;
}
