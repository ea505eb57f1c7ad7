/** What happened to a batch, as marks in its charts: a pause explains a gap. */
import { useMemo } from 'react';
import { useOperation } from '../../api/use-operation.ts';
import { visibleText } from '../../text/visible-text.ts';
import type { ChartMark } from '../../ui/chart/chart-lines.ts';
import type { Batch } from './batch.ts';

const words: Readonly<Record<string, string>> = {
  pauseBatch: 'paused',
  resumeBatch: 'resumed',
  cancelBatch: 'aborted',
};

/** How many alerts are looked through for those of the batch; the newest come first. */
const alertsMax = 100;

const following = ['tick'];
const none: readonly string[] = [];

/** Returns the marks of a batch: changes with who made them, and pauses for too many failures. */
export function useBatchMarks({ id, endedAt }: Batch): readonly ChartMark[] {
  const topics = endedAt === null ? following : none;
  const changes = useOperation(
    'listOrders',
    { query: { object: `batch:${id}`, limit: 20 } },
    { topics: ['orders'] },
  );
  const alerts = useOperation('listAlerts', { query: { limit: alertsMax } }, { topics });
  return useMemo(() => {
    const made = (changes.data?.orders ?? []).flatMap(({ at, action, by }): ChartMark[] => {
      const word = Object.hasOwn(words, action) ? words[action] : undefined;
      if (word === undefined) return [];
      return [{ at, word: by === null ? word : `${word} by ${visibleText(by)}`, tone: 'waiting' }];
    });
    const paused = (alerts.data?.alerts ?? [])
      .filter(({ rule, subject }) => rule === 'batchPaused' && subject === `batch:${id}`)
      .filter(({ since }) => !made.some((mark) => isSamePause(mark, since)))
      .map(({ since }): ChartMark => ({ at: since, word: 'paused', tone: 'failed' }));
    return [...made, ...paused].sort((a, b) => a.at - b.at);
  }, [changes.data, alerts.data, id]);
}

/** Whether an alert is about a pause that someone has made: the next sweep raises it. */
function isSamePause({ at, word }: ChartMark, since: number): boolean {
  return word.startsWith('paused') && since >= at && since - at < 60_000;
}
