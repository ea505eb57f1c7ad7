/** Calls an operation that changes something, and then reads again what it may have changed. */
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiReply, OperationName } from '../../../lib/api/contract/contract.ts';
import { api } from './api.ts';
import type { Call } from './api-request.ts';

/** Returns a change to call with `mutate`; every reply on the screen is read again afterwards. */
export function useChange<Name extends OperationName>(
  name: Name,
): UseMutationResult<ApiReply<Name>, Error, Call<Name>> {
  const queries = useQueryClient();
  return useMutation({
    mutationKey: [name],
    mutationFn: (call: Call<Name>) => api.call(name, call),
    // Not awaited: what is read again may remove the component that waits for this change.
    onSettled: () => {
      void queries.invalidateQueries({ refetchType: 'active' });
    },
  });
}
