/** The queues at a glance: what waits, how long, and whether it grows. */
import { useLocation } from 'wouter';
import { useRecentSeries } from '../../api/use-recent-series.ts';
import { pathTo } from '../../router/routes.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCount, formatDuration, formatRate } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { type Measure, valuesOf } from '../../ui/chart/chart-data.ts';
import { Sparkline } from '../../ui/chart/sparkline.tsx';
import { Empty } from '../../ui/empty.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { PauseQueue } from '../queues/pause-queue.tsx';
import { clearsInMs, type OverviewQueue } from './overview-model.ts';
import styles from './overview-screen.module.css';

const measures: readonly Measure[] = ['depth'];

/** A table of all queues. */
export function QueuesPanel({ queues }: { readonly queues: readonly OverviewQueue[] }) {
  const [, navigate] = useLocation();
  const { data } = useRecentSeries({ of: measures, by: 'queue', windowMs: 600_000, points: 60 });
  if (queues.length === 0) return <Empty title="No queue has been used yet." />;
  const columns: readonly Column<OverviewQueue>[] = [
    {
      key: 'queue',
      title: 'Queue',
      cell: ({ queue }) => (
        <ScreenLink to="queue" params={{ queue }}>
          <Visible text={queue} />
        </ScreenLink>
      ),
    },
    { key: 'weight', title: 'Weight', align: 'right', cell: ({ weight }) => weight ?? '–' },
    {
      key: 'depth',
      title: 'Depth',
      align: 'right',
      cell: ({ queue, depth }) => (
        <span className={styles.depth}>
          <Sparkline values={valuesOf(data, 'depth', queue)} width={72} />
          {depth === null ? (
            <span title="The messages lie in another process">–</span>
          ) : (
            formatCount(depth)
          )}
        </span>
      ),
    },
    {
      key: 'oldest',
      title: 'Oldest',
      align: 'right',
      cell: ({ oldestMs }) => (oldestMs === null ? '–' : formatDuration(oldestMs)),
    },
    ...rateColumns,
    {
      key: 'state',
      title: '',
      align: 'right',
      cell: (queue) => (
        <span className={styles.queue}>
          <ClearsIn queue={queue} />
          {queue.paused && <StatusBadge status="PAUSED" quiet />}
          <PauseQueue queue={queue.queue} isPaused={queue.paused} />
        </span>
      ),
    },
  ];
  return (
    <SimpleTable
      label="Queues"
      columns={columns}
      rows={queues}
      rowKey={({ queue }) => queue}
      onOpen={({ queue }) => navigate(pathTo('queue', { queue }))}
    />
  );
}

const rateColumns: readonly Column<OverviewQueue>[] = [
  {
    key: 'in',
    title: 'In',
    align: 'right',
    cell: ({ inPerSecond }) => formatRate(inPerSecond),
  },
  {
    key: 'out',
    title: 'Out',
    align: 'right',
    cell: ({ outPerSecond }) => formatRate(outPerSecond),
  },
  { key: 'active', title: 'Active', align: 'right', cell: ({ active }) => formatCount(active) },
];

function ClearsIn({ queue }: { readonly queue: OverviewQueue }) {
  const ms = clearsInMs(queue);
  return ms === null || queue.paused ? null : (
    <span className={styles.note}>clears in ≈ {formatDuration(ms)}</span>
  );
}
