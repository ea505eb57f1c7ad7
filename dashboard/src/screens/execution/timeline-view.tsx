/** The timeline of an execution: one row a visit, tries as segments, idle times cut out. */
import { useMemo } from 'react';
import { formatDuration, formatThings } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { useNow, useZone } from '../../time/clock-store.ts';
import { formatWall } from '../../time/format-time.ts';
import { Empty } from '../../ui/empty.tsx';
import { StatusMark } from '../../ui/status-badge.tsx';
import { Took } from '../../ui/time.tsx';
import { attemptAt } from './attempts.ts';
import type { ExecutionViewProps } from './execution-views.tsx';
import { createTimeScale, type TimeScale } from './time-scale.ts';
import { type TimelineRow, timelineRows, workSpans } from './timeline-rows.ts';
import styles from './timeline-view.module.css';
import { hasEnded, type Visit } from './visit.ts';

/** The most rows that are drawn. */
const rowsMax = 1_000;

/** Shows the timeline. */
export function TimelineView({
  execution,
  values,
  set,
  visits,
  starts,
}: ExecutionViewProps & {
  readonly visits: readonly Visit[];
  readonly starts: readonly number[];
}) {
  const second = useNow();
  const now = hasEnded(execution) ? (execution.endedAt ?? 0) : second;
  const rows = useMemo(() => timelineRows(visits, now).slice(0, rowsMax), [visits, now]);
  const scale = useMemo(() => createTimeScale(workSpans(rows)), [rows]);
  if (rows.length === 0) return <Empty title="No state has been entered yet." />;
  return (
    <div className={styles.timeline}>
      <Axis scale={scale} />
      <ol className={styles.rows} aria-label="Visits in the order of their entry">
        {rows.map((row, index) => (
          <Row
            key={row.visit.eventId}
            row={row}
            scale={scale}
            attempt={newAttempt(rows, index, starts)}
            redrives={starts.slice(1)}
            isChosen={isChosen(row.visit, values.state, values.visit)}
            onChoose={() => {
              const { state, eventId } = row.visit;
              set({ state, visit: eventId, tab: 'auto' }, 'replace');
            }}
          />
        ))}
      </ol>
      {visits.length > rowsMax && (
        <p className={styles.more}>and {formatThings(visits.length - rowsMax, 'visit')} more</p>
      )}
    </div>
  );
}

function isChosen(visit: Visit, state: string, eventId: number | null): boolean {
  return visit.state === state && (eventId === null || eventId === visit.eventId);
}

/** Returns the attempt that begins with a row; null within an attempt. */
function newAttempt(
  rows: readonly TimelineRow[],
  index: number,
  starts: readonly number[],
): number | null {
  if (starts.length < 2) return null;
  const at = (row: TimelineRow | undefined) =>
    row === undefined ? -1 : attemptAt(starts, row.visit.enteredAt);
  const own = at(rows[index]);
  return own === at(rows[index - 1]) ? null : own;
}

function Axis({ scale }: { readonly scale: TimeScale }) {
  const zone = useZone();
  const { ticks } = scale;
  const from = ticks[0]?.at ?? 0;
  // Within a few seconds, times of day would all be the same.
  const isShort = (ticks.at(-1)?.at ?? 0) - from < shortMs;
  return (
    <div className={styles.axis} aria-hidden="true">
      {ticks.map(({ at, position }, index) => (
        <span key={position} className={styles.tick} style={{ left: `${position * 100}%` }}>
          {isShort && index > 0 ? `+${formatDuration(at - from)}` : formatWall(at, zone).slice(11)}
        </span>
      ))}
    </div>
  );
}

/** A shorter execution has an axis with the time since its beginning. */
const shortMs = 10_000;

function Row({
  row: { visit, depth, bar, segments },
  scale,
  attempt,
  redrives,
  isChosen: chosen,
  onChoose,
}: {
  readonly row: TimelineRow;
  readonly scale: TimeScale;
  readonly attempt: number | null;
  readonly redrives: readonly number[];
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const place = (from: number, to: number) => {
    const left = scale.position(from) * 100;
    return { left: `${left}%`, width: `${Math.max(0.3, scale.position(to) * 100 - left)}%` };
  };
  return (
    <li>
      {attempt !== null && <p className={styles.attempt}>attempt {attempt + 1}</p>}
      <button type="button" className={styles.row} aria-pressed={chosen} onClick={onChoose}>
        <span className={styles.name} style={{ paddingLeft: depth * 12 }}>
          <StatusMark status={visit.status} />
          <span className={styles.word}>
            <Visible text={visit.state} />
          </span>
          <span className={styles.took}>
            <Took from={visit.enteredAt} to={visit.endedAt} />
          </span>
        </span>
        <span className={styles.track}>
          {scale.gaps.map(({ position, width, ms }) => (
            <span
              key={position}
              className={styles.gap}
              style={{ left: `${position * 100}%`, width: `${width * 100}%` }}
              title={`${formatDuration(ms)} in which nothing was done`}
            />
          ))}
          {redrives.map((at) => (
            <span
              key={at}
              className={styles.redrive}
              style={{ left: `${scale.position(at) * 100}%` }}
              title="redriven"
            />
          ))}
          <span className={styles.bar} style={place(bar.from, bar.to)} />
          {segments.map(({ from, to, kind }) => (
            <span key={from} className={styles.segment} data-kind={kind} style={place(from, to)} />
          ))}
        </span>
      </button>
    </li>
  );
}
