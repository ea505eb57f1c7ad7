/** The figures of a queue over time, with what was ordered meanwhile. */

import { useOperation } from '../../api/use-operation.ts';
import { useRecentSeries } from '../../api/use-recent-series.ts';
import { useApp } from '../../app/app-info.tsx';
import { actionWords } from '../../orders/order-progress.ts';
import { formatCount, formatDuration, formatRate } from '../../text/format-number.ts';
import { visibleText } from '../../text/visible-text.ts';
import { Chart } from '../../ui/chart/chart.tsx';
import { type Measure, valuesOf } from '../../ui/chart/chart-data.ts';
import type { ChartMark } from '../../ui/chart/chart-lines.ts';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { type Range, ranges } from '../../ui/range-choice.tsx';
import styles from './queues.module.css';

const measures: readonly Measure[] = ['depth', 'oldestMs', 'received', 'ended'];
const topics = ['orders'];

/** Depth, flow and age. */
export function QueueCharts({ queue, range }: { readonly queue: string; readonly range: Range }) {
  const isMeasured = useApp().app?.can.measure ?? true;
  const query = useRecentSeries({
    of: measures,
    by: 'queue',
    key: queue,
    windowMs: ranges[range],
    points: range === '15m' ? 90 : 240,
  });
  const marks = useMarks(`queue:${queue}`);
  if (!isMeasured) return null;
  return (
    <div className={styles.charts}>
      <Panel title="Depth">
        <Loaded query={query}>
          {(reply) => (
            <Chart
              label={`Depth of ${queue}`}
              reply={reply}
              marks={marks}
              format={formatCount}
              isWhole
              lines={[{ word: 'ready', tone: 'running', values: valuesOf(reply, 'depth', queue) }]}
            />
          )}
        </Loaded>
      </Panel>
      <Panel title="Flow">
        <Loaded query={query}>
          {(reply) => (
            <Chart
              label={`Flow of ${queue}`}
              reply={reply}
              marks={marks}
              format={formatRate}
              lines={[
                { word: 'in', tone: 'waiting', values: valuesOf(reply, 'received', queue) },
                { word: 'out', tone: 'succeeded', values: valuesOf(reply, 'ended', queue) },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      <Panel title="Oldest">
        <Loaded query={query}>
          {(reply) => (
            <Chart
              label={`Age of the oldest message of ${queue}`}
              reply={reply}
              marks={marks}
              format={formatDuration}
              lines={[{ word: 'age', tone: 'retry', values: valuesOf(reply, 'oldestMs', queue) }]}
            />
          )}
        </Loaded>
      </Panel>
    </div>
  );
}

/** What was done to an object, as marks of a chart. */
export function useMarks(object: string): readonly ChartMark[] {
  const { data } = useOperation('listOrders', { query: { object, limit: 20 } }, { topics });
  return (data?.orders ?? []).map(({ at, action, by }) => ({
    at,
    word: by === null ? actionWords(action) : `${actionWords(action)} by ${visibleText(by)}`,
    tone: 'idle',
  }));
}
