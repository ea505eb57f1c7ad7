/** What people did to a batch, as marks in its chart: a pause explains a gap. */
import { useMemo } from 'react';
import { useOperation } from '../../api/use-operation.ts';
import type { ChartMark } from '../../ui/chart/chart-lines.ts';

const words: Readonly<Record<string, string>> = {
  pauseBatch: 'paused',
  resumeBatch: 'resumed',
  cancelBatch: 'aborted',
};

const topics = ['orders'];

/** Returns the marks of a batch. */
export function useBatchMarks(batchId: string): readonly ChartMark[] {
  const { data } = useOperation(
    'listOrders',
    { query: { object: `batch:${batchId}`, limit: 10 } },
    { topics },
  );
  return useMemo(
    () =>
      (data?.orders ?? []).flatMap(({ at, action, by }) => {
        const word = Object.hasOwn(words, action) ? words[action] : undefined;
        if (word === undefined) return [];
        return [{ at, word: by === null ? word : `${word} by ${by}`, tone: 'waiting' as const }];
      }),
    [data],
  );
}
