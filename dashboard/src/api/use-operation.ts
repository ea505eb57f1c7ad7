/** Reads an operation in a component, and reads it again when a topic of it has changed. */
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { ApiReply, OperationName } from '../../../lib/api/contract/contract.ts';
import { useTopics } from '../live/live-provider.tsx';
import { api } from './api.ts';
import type { Call } from './api-request.ts';

/** How a component follows what it reads. */
export interface UseOperationOptions {
  /**
   * The topics of which a change means: read it again (`overview`, `batch:ID`, `execution:ID`,
   * `orders`). `tick` reads it every few seconds. @default read once
   */
  readonly topics?: readonly string[];
  /** @default true */
  readonly enabled?: boolean;
  /** How long a reply is taken for current, in milliseconds. @default 1 s */
  readonly staleMs?: number;
}

const none: readonly string[] = [];

/**
 * Reads an operation. While a request differs from the one before in its query only, the earlier
 * reply stays; another thing's reply never shows.
 */
export function useOperation<Name extends OperationName>(
  name: Name,
  call: Call<Name>,
  { topics = none, enabled = true, staleMs }: UseOperationOptions = {},
): UseQueryResult<ApiReply<Name>> {
  useTopics(enabled ? topics : none);
  return useQuery({
    queryKey: [name, call],
    queryFn: ({ signal }) => api.call(name, call, signal),
    enabled,
    meta: { topics },
    ...(staleMs !== undefined && { staleTime: staleMs }),
    placeholderData: (previous: ApiReply<Name> | undefined, query) => {
      const before = query?.queryKey[1] as Call<Name> | undefined;
      const isSameThing = JSON.stringify(before?.params) === JSON.stringify(call.params);
      return isSameThing ? keepPreviousData(previous) : undefined;
    },
  });
}
