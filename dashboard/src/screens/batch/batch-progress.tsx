/** How far a batch is, how fast, until when, and how much of it fails. */
import { useRecentSeries } from '../../api/use-recent-series.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import {
  formatBytes,
  formatCount,
  formatPercent,
  formatRate,
  formatShort,
} from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { useNow, useZone } from '../../time/clock-store.ts';
import { formatClock } from '../../time/format-time.ts';
import { type Measure, meanOf, valuesOf } from '../../ui/chart/chart-data.ts';
import { Panel } from '../../ui/panel.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { type Batch, countsOf, failedStatuses } from './batch.ts';
import { BatchCharts } from './batch-charts.tsx';
import styles from './batch-screen.module.css';
import { estimateEnd, expectedTotal } from './end-estimate.ts';

const recent: readonly Measure[] = ['ended'];

/** Points of ten seconds in the two minutes that an estimate is made of. */
const ratePoints = 12;

/** Shows progress and its charts. */
export function BatchProgressPanel({ batch }: { readonly batch: Batch }) {
  const { id, created, reason, sourceDone, sourceRead } = batch;
  const { data } = useRecentSeries({
    of: recent,
    by: 'batch',
    key: id,
    windowMs: 120_000,
    points: ratePoints,
  });
  const rates = valuesOf(data, 'ended', id);
  const { ended, failed, open } = countsOf(batch);
  const total = expectedTotal({ ...batch, ended });
  return (
    <Panel title="Progress" aside={<EndText batch={batch} rates={rates} />}>
      <div className={styles.progress}>
        {reason !== null && (
          <p className={styles.reason}>
            <Visible text={reason} />
          </p>
        )}
        <ProgressBar
          done={ended}
          failed={failed}
          of={total?.count ?? null}
          label={`Progress of ${batch.name}`}
        />
        <div className={styles.facts}>
          {total !== null && (
            <b>
              {total.isExact ? '' : '≈ '}
              {formatPercent(total.count === 0 ? 1 : ended / total.count)}
            </b>
          )}
          <span>
            <b>{formatCount(ended)}</b> ended of {total !== null && !total.isExact && '≈ '}
            {formatCount(total?.count ?? created)}
            {total === null && ' read so far'}
          </span>
          <span>
            <b>{formatCount(open)}</b> under way
          </span>
          {batch.onHold && <span className={styles.warn}>what has not begun is held back</span>}
          {batch.retried > 0 && (
            <span>
              <b>{formatShort(batch.retried)}</b> failed attempts retried
            </span>
          )}
          {batch.leftOut > 0 && (
            <span className={styles.warn} title="Earlier executions have their names or sources">
              <b>{formatCount(batch.leftOut)}</b> left out
            </span>
          )}
          {!sourceDone && sourceRead !== null && (
            <span>
              source {formatPercent(sourceRead.bytes / Math.max(1, sourceRead.ofBytes))} read (
              {formatBytes(sourceRead.bytes)} of {formatBytes(sourceRead.ofBytes)})
            </span>
          )}
          {batch.endedAt === null && <span>{formatRate(meanOf(rates, ratePoints))}</span>}
          <FailureText batch={batch} />
        </div>
        <BatchCharts batch={batch} />
      </div>
    </Panel>
  );
}

function EndText({
  batch,
  rates,
}: {
  readonly batch: Batch;
  readonly rates: readonly (number | null)[];
}) {
  const now = useNow();
  const zone = useZone();
  if (batch.status !== 'RUNNING') return null;
  const { ended } = countsOf(batch);
  const estimate = estimateEnd({ ...batch, ended }, rates, now);
  if (estimate === null) return <span>its end is not known yet</span>;
  const [from, to] = [estimate.earliest, estimate.latest].map((at) => formatClock(at, zone, now));
  return <span>{from === to ? `ends ≈ ${from}` : `ends ${from} – ${to}`}</span>;
}

function FailureText({ batch }: { readonly batch: Batch }) {
  const { id, failurePolicy } = batch;
  const { ended, failed } = countsOf(batch);
  if (failed === 0) return <span>none failed</span>;
  const share = failed / ended;
  const { softThreshold = 2, hardThreshold = 2 } = failurePolicy ?? {};
  const className = share >= hardThreshold ? styles.bad : share >= softThreshold ? styles.warn : '';
  return (
    <>
      <span>
        <ScreenLink
          to="executions"
          query={{ batch: id, status: failedStatuses.join(',') }}
          className={className}
        >
          {formatShort(failed)} failed, {formatPercent(share)}
        </ScreenLink>
      </span>
      {failurePolicy !== null && (
        <span>
          warns at {formatPercent(failurePolicy.softThreshold)}, pauses at{' '}
          {formatPercent(failurePolicy.hardThreshold)} of the newest
        </span>
      )}
    </>
  );
}
