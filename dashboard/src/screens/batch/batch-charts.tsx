/** A batch over time: how many executions ended, what share of them failed, and what was done. */
import { useMemo } from 'react';
import { useOperation } from '../../api/use-operation.ts';
import { useApp } from '../../app/app-info.tsx';
import { useTickTime } from '../../live/use-tick-time.ts';
import { formatPercent, formatRate } from '../../text/format-number.ts';
import { Chart } from '../../ui/chart/chart.tsx';
import { type Measure, valuesOf } from '../../ui/chart/chart-data.ts';
import type { ChartLine } from '../../ui/chart/chart-lines.ts';
import type { Batch } from './batch.ts';
import styles from './batch-screen.module.css';
import { useBatchMarks } from './use-batch-marks.ts';

const measures: readonly Measure[] = ['ended', 'failed'];

/** Two charts side by side, with the same marks. */
export function BatchCharts({ batch }: { readonly batch: Batch }) {
  const { id, failurePolicy } = batch;
  const data = useBatchSeries(batch);
  const marks = useBatchMarks(batch);
  const lines = useMemo(() => {
    const [ended, failed] = measures.map((of) => valuesOf(data, of, id));
    return { ended: ended ?? [], failed: failed ?? [] };
  }, [data, id]);
  const shares = useMemo(() => sharesOf(lines, failurePolicy), [lines, failurePolicy]);
  if (data === undefined || data.series.length === 0) return null;
  return (
    <div className={styles.charts}>
      <Chart
        label="Executions that ended"
        reply={data}
        height={120}
        lines={[
          { word: 'ended', tone: 'succeeded', values: lines.ended },
          { word: 'failed', tone: 'failed', values: lines.failed },
        ]}
        format={formatRate}
        marks={marks}
      />
      <Chart
        label="Share that failed"
        reply={data}
        height={120}
        lines={shares}
        format={formatPercent}
        marks={marks}
      />
    </div>
  );
}

function useBatchSeries({ id, createdAt, endedAt }: Batch) {
  const isMeasured = useApp().app?.can.measure ?? false;
  // The end moves on by whole minutes, so that one request serves all ticks in between.
  const minute = Math.ceil(useTickTime() / 60_000) * 60_000;
  const to = endedAt ?? minute;
  const call = useMemo(
    () => ({
      query: {
        of: measures,
        by: 'batch',
        key: id,
        from: new Date(createdAt).toISOString(),
        to: new Date(Math.max(to, createdAt + 60_000)).toISOString(),
        points: 240,
      },
    }),
    [id, createdAt, to],
  );
  return useOperation('getSeries', call, { topics: ['tick'], enabled: isMeasured }).data;
}

/** The share that failed, with the shares at which the batch warns and is paused. */
function sharesOf(
  { ended, failed }: Readonly<Record<'ended' | 'failed', readonly (number | null)[]>>,
  policy: Batch['failurePolicy'],
): readonly ChartLine[] {
  const values = ended.map((count, index) =>
    count === null || count === 0 ? null : Math.min(1, (failed[index] ?? 0) / count),
  );
  const limit = (word: string, tone: ChartLine['tone'], share: number): ChartLine => ({
    word,
    tone,
    isLimit: true,
    values: ended.map(() => share),
  });
  return [
    { word: 'failed', tone: 'failed', values },
    ...(policy === null
      ? []
      : [
          limit('warns at', 'retry', policy.softThreshold),
          limit('pauses at', 'failed', policy.hardThreshold),
        ]),
  ];
}
