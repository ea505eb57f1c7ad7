/** Reads the history of an execution page by page, newest first, without documents. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../../api/api.ts';
import { useTopics } from '../../live/live-provider.tsx';
import type { HistoryEvent } from './event-lines.ts';

/** Which events are wanted; '' and false want all. */
export interface EventFilter {
  readonly state: string;
  readonly type: string;
  readonly failed: boolean;
}

/** The events that have been read. */
export interface ReadEvents {
  readonly events: readonly HistoryEvent[] | undefined;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

const pageLimit = 200;

/** Reads events; while the execution lives, new ones come at the top. */
export function useEvents(executionId: string, filter: EventFilter, isLive: boolean): ReadEvents {
  const topics = useMemo(() => (isLive ? [`execution:${executionId}`] : []), [executionId, isLive]);
  useTopics(topics);
  const query = useInfiniteQuery({
    queryKey: ['events', executionId, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.call('getExecutionHistory', callOf(executionId, filter, pageParam), signal),
    getNextPageParam: ({ next }) => next ?? undefined,
    meta: { topics },
  });
  const { data, isFetching, error, hasNextPage, fetchNextPage, refetch } = query;
  const events = useMemo(() => data?.pages.flatMap((page) => page.events), [data]);
  return {
    events,
    isLoading: isFetching,
    error,
    hasMore: hasNextPage,
    more: () => void fetchNextPage(),
    reload: () => void refetch(),
  };
}

function callOf(executionId: string, { state, type, failed }: EventFilter, cursor?: string) {
  return {
    params: { executionId },
    query: {
      order: 'desc',
      documents: 'none',
      limit: pageLimit,
      cursor,
      state,
      type,
      failed: failed ? '1' : undefined,
    },
  };
}
