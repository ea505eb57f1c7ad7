/** The figures that say whether work flows. */
import type { ReactNode } from 'react';
import { useRecentSeries } from '../../api/use-recent-series.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCount, formatPercent, formatRate } from '../../text/format-number.ts';
import { type Measure, meanOf, valuesOf } from '../../ui/chart/chart-data.ts';
import { Sparkline } from '../../ui/chart/sparkline.tsx';
import { failureShare, type Overview } from './overview-model.ts';
import styles from './overview-screen.module.css';

const measures: readonly Measure[] = ['ended', 'failed', 'archived'];

/** Points of ten seconds that a present rate is the mean of. */
const recentPoints = 3;

/** Ended, failed, archive and workers. */
export function Figures({ overview }: { readonly overview: Overview }) {
  const { data } = useRecentSeries({ of: measures, windowMs: 600_000, points: 60 });
  const { lastHour, archive, workers } = overview;
  const ended = valuesOf(data, 'ended');
  const failed = valuesOf(data, 'failed');
  const share = failureShare(lastHour.ended, lastHour.failed);
  return (
    <div className={styles.figures}>
      <Figure
        title="Ended"
        value={formatRate(meanOf(ended, recentPoints))}
        line={<Sparkline values={ended} tone="succeeded" />}
        note={`${formatCount(lastHour.ended)} in the last hour`}
      />
      <Figure
        title="Failed"
        value={formatRate(meanOf(failed, recentPoints))}
        line={<Sparkline values={failed} tone="failed" />}
        note={
          <ScreenLink to="executions" query={{ status: 'FAILED,TIMED_OUT,ABORTED' }}>
            {formatCount(lastHour.failed)} in the last hour
            {share !== null && `, ${formatPercent(share)}`}
          </ScreenLink>
        }
      />
      <Figure
        title="Archive"
        value={`${formatCount(archive.count)}${archive.isMinimum ? '+' : ''}`}
        line={<Sparkline values={valuesOf(data, 'archived')} tone="failed" />}
        note={
          <ScreenLink to="archive">
            {lastHour.archived === 0 ? 'nothing new' : `+${formatCount(lastHour.archived)}`} in the
            last hour
          </ScreenLink>
        }
      />
      <Figure
        title="Workers"
        value={`${formatCount(workers.alive)} alive`}
        note={
          <ScreenLink to="workers">
            {formatCount(workers.busy)} of {formatCount(workers.slots)} slots busy
            {workers.lost > 0 && `, ${formatCount(workers.lost)} lost`}
          </ScreenLink>
        }
      />
    </div>
  );
}

function Figure({
  title,
  value,
  line,
  note,
}: {
  readonly title: string;
  readonly value: string;
  readonly line?: ReactNode;
  readonly note: ReactNode;
}) {
  return (
    <section className={styles.figure}>
      <h2>{title}</h2>
      <p className={styles.value}>
        {value} {line}
      </p>
      <p className={styles.note}>{note}</p>
    </section>
  );
}
