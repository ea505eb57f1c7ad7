/**
 * Common table expressions that add figures to those that are stored. The lists that they add are
 * sorted by the caller, so that two statements lock rows in the same order.
 */

/**
 * One row of counts per few connections: with a single row, workers would queue up at it for as
 * long as a commit takes to reach the disk.
 */
const countShard = '1 + pg_backend_pid() % 16';

/** A process writes its sums at most every ten seconds, so that few rows are enough. */
const sumShard = 'pg_backend_pid() % 4';

/** Where a list is read from. */
export interface FigureSource {
  /** Returns the FROM clause, and the WHERE clause if there is one, that reads a list as `f`. */
  readonly list: (name: 'figures' | 'failures' | 'series' | 'times', columns: string) => string;
  /** The time of the failures in the list. */
  readonly at: string;
}

/** Adds what steps change in the counts of states: `tallied`. */
export function addStateCounts({ list }: FigureSource): string {
  return `tallied AS (
  INSERT INTO millrace.state_counts AS s
    (scope, state, shard, current, entered, failed, caught, retried)
  SELECT f.scope, f.state, ${countShard}, f.current, f.entered, f.failed, f.caught, f.retried
  ${list(
    'figures',
    `scope text, state text, current integer, entered integer, failed integer,
    caught integer, retried integer`,
  )}
  ON CONFLICT (scope, state, shard) DO UPDATE SET
    current = s.current + excluded.current, entered = s.entered + excluded.entered,
    failed = s.failed + excluded.failed, caught = s.caught + excluded.caught,
    retried = s.retried + excluded.retried
)`;
}

/** Adds failures (`failed`), and a process's sums (`summed`, `timed`). */
export function addRareFigures(source: FigureSource): string {
  return `${addFailures(source)},
${addSeries(source)},
${addTimes(source)}`;
}

function addFailures({ list, at }: FigureSource): string {
  return `failed AS (
  INSERT INTO millrace.failure_counts AS s
    (scope, error, state, shard, count, first_at, last_at, sample_id)
  SELECT f.scope, f.error, f.state, ${countShard}, f.count, ${at}, ${at}, f.sample
  ${list('failures', 'scope text, error text, state text, count integer, sample uuid')}
  ON CONFLICT (scope, error, state, shard) DO UPDATE SET count = s.count + excluded.count,
    last_at = excluded.last_at, sample_id = excluded.sample_id
)`;
}

function addSeries({ list }: FigureSource): string {
  return `summed AS (
  INSERT INTO millrace.series AS s (kind, at, key, step, shard, started, ended, succeeded, failed,
    retried, archived, received, took)
  SELECT f.kind, f.at, f.key, 10000, ${sumShard}, f.started, f.ended, f.succeeded, f.failed,
    f.retried, f.archived, f.received, f.took
  ${list(
    'series',
    `kind text, at bigint, key text, started integer, ended integer,
    succeeded integer, failed integer, retried integer, archived integer, received integer,
    took text`,
  )}
  ${onSeriesConflict}
)`;
}

/** Adds a row to the one of the same series, slot and shard; of gauges the highest value counts. */
export const onSeriesConflict = `ON CONFLICT (kind, at, key, step, shard) DO UPDATE SET
    started = s.started + excluded.started, ended = s.ended + excluded.ended,
    succeeded = s.succeeded + excluded.succeeded, failed = s.failed + excluded.failed,
    retried = s.retried + excluded.retried, archived = s.archived + excluded.archived,
    received = s.received + excluded.received, depth = greatest(s.depth, excluded.depth),
    oldest_ms = greatest(s.oldest_ms, excluded.oldest_ms),
    workers = greatest(s.workers, excluded.workers), busy = greatest(s.busy, excluded.busy),
    took = millrace.add_histograms(s.took, excluded.took)`;

function addTimes({ list }: FigureSource): string {
  return `timed AS (
  INSERT INTO millrace.state_times AS s (scope, state, shard, took)
  SELECT f.scope, f.state, ${countShard}, f.took
  ${list('times', 'scope text, state text, took text')}
  ON CONFLICT (scope, state, shard) DO UPDATE SET
    took = millrace.add_histograms(s.took, excluded.took)
)`;
}
