/** Who is logged in in this browser. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createSession, deleteSession, getSession, type Session } from '../api/sessions.ts';

/** The key of the session in the cache; a reply that says "log in" makes it be read again. */
export const sessionKey = ['getSession'] as const;

/** Returns the session; its data are null where the server knows none, because IAM authorizes. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: ({ signal }) => getSession(signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** Logs in with a token. */
export function useLogin() {
  const onSession = useNewSession();
  return useMutation({ mutationFn: createSession, onSuccess: onSession });
}

/** Logs out. */
export function useLogout() {
  const onSession = useNewSession();
  return useMutation({ mutationFn: deleteSession, onSuccess: onSession });
}

/** Another caller sees nothing of what the one before has read. */
function useNewSession() {
  const queries = useQueryClient();
  return (session: Session) => {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    queries.setQueryData(sessionKey, session);
  };
}
