/** Reads when the attempts of an execution began. */
import { useMemo } from 'react';
import { useOperation } from '../../api/use-operation.ts';
import { attemptStarts } from './attempts.ts';
import type { Execution } from './visit.ts';

/** Returns when each attempt began; the first at the start of the execution. */
export function useAttempts(execution: Execution): readonly number[] {
  const { id, startedAt, createdAt, attempts } = execution;
  const topics = useMemo(() => [`execution:${id}`], [id]);
  const { data } = useOperation(
    'getExecutionHistory',
    {
      params: { executionId: id },
      query: { type: 'ExecutionRedriven', documents: 'none', limit: 1_000 },
    },
    // The number of attempts changes with the execution, which is followed anyway.
    { topics: execution.endedAt === null || attempts > 0 ? topics : [] },
  );
  const begin = startedAt ?? createdAt;
  return useMemo(
    () => attemptStarts(begin, data?.events.map(({ timestamp }) => timestamp) ?? []),
    [begin, data],
  );
}
