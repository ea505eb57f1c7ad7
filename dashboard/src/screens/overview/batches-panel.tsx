/** The open batches at a glance: how far, how fast, and until when. */
import { useLocation } from 'wouter';
import { useRecentSeries } from '../../api/use-recent-series.ts';
import { pathTo } from '../../router/routes.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCount, formatPercent, formatRate } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { useNow } from '../../time/clock-store.ts';
import { type Measure, meanOf, valuesOf } from '../../ui/chart/chart-data.ts';
import { Empty } from '../../ui/empty.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time } from '../../ui/time.tsx';
import { batchProgress, endsAt, failureShare, type OverviewBatch } from './overview-model.ts';
import styles from './overview-screen.module.css';

const measures: readonly Measure[] = ['ended'];

/** Points of ten seconds in the two minutes that a rate is the mean of. */
const ratePoints = 12;

/** A table of the open batches. */
export function BatchesPanel({ batches }: { readonly batches: readonly OverviewBatch[] }) {
  const [, navigate] = useLocation();
  const now = useNow();
  const { data } = useRecentSeries({ of: measures, by: 'batch', windowMs: 600_000, points: 60 });
  if (batches.length === 0) return <Empty title="No batch is open." />;
  const rateOf = ({ id }: OverviewBatch) => meanOf(valuesOf(data, 'ended', id), ratePoints);
  const columns: readonly Column<OverviewBatch>[] = [
    {
      key: 'name',
      title: 'Batch',
      cell: ({ id, name }) => (
        <ScreenLink to="batch" params={{ batchId: id }}>
          <Visible text={name} />
        </ScreenLink>
      ),
    },
    {
      key: 'status',
      title: 'Status',
      cell: ({ status }) => <StatusBadge status={status} quiet live />,
    },
    {
      key: 'progress',
      title: 'Progress',
      cell: (batch) => <Progress batch={batch} />,
      width: '26%',
    },
    { key: 'rate', title: 'Rate', align: 'right', cell: (batch) => formatRate(rateOf(batch)) },
    {
      key: 'failed',
      title: 'Failed',
      align: 'right',
      cell: ({ id, failed, ended }) => (
        <ScreenLink to="executions" query={{ batch: id, status: 'FAILED,TIMED_OUT,ABORTED' }}>
          {formatCount(failed)}
          {failed > 0 && ` (${formatPercent(failureShare(ended, failed) ?? 0)})`}
        </ScreenLink>
      ),
    },
    {
      key: 'ends',
      title: 'Ends ≈',
      align: 'right',
      cell: (batch) => <Time at={endsAt(batch, rateOf(batch), now)} form="clock" />,
    },
  ];
  return (
    <SimpleTable
      label="Open batches"
      columns={columns}
      rows={batches}
      rowKey={({ id }) => id}
      onOpen={({ id }) => navigate(pathTo('batch', { batchId: id }))}
    />
  );
}

function Progress({ batch }: { readonly batch: OverviewBatch }) {
  const { of, share } = batchProgress(batch);
  const { name, ended, failed, created } = batch;
  return (
    <div className={styles.progress}>
      <ProgressBar done={ended} failed={failed} of={of} label={`Progress of ${name}`} />
      <span className={styles.note}>
        {share === null
          ? `${formatCount(ended)} ended of ${formatCount(created)} read so far`
          : `${formatPercent(share)} of ${formatCount(created)}`}
      </span>
    </div>
  );
}
