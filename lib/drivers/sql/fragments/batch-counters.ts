/**
 * Updates a batch's counters in the statement that changes its executions, so that they equal them
 * at any time.
 *
 * A batch has up to 16 rows of counters, one per few connections, and its totals are their sum.
 * With a single row, workers that end executions of one batch at the same time would queue up at it
 * for as long as a commit takes to reach the disk, and a thousand small workers would be as fast as
 * one.
 */

const shard = 'pg_backend_pid() % 16';

const addOnConflict = `ON CONFLICT (batch_id, shard) DO UPDATE SET
    created = c.created + excluded.created, succeeded = c.succeeded + excluded.succeeded,
    failed = c.failed + excluded.failed, timed_out = c.timed_out + excluded.timed_out,
    aborted = c.aborted + excluded.aborted, retried = c.retried + excluded.retried,
    left_out = c.left_out + excluded.left_out`;

const insertCounters = `INSERT INTO millrace.batch_counters AS c
    (batch_id, shard, created, succeeded, failed, timed_out, aborted, retried, left_out)`;

/** True for a row of `source` that has ended. */
const hasEnded = `status IN ('SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED')`;

/**
 * A common table expression that counts the ends in `source (batch_id, status)` by `sign`: 1 when
 * they ended, -1 when they were reopened. Batches are updated in the order of their ids, so that
 * two such statements never deadlock.
 * @param isRetried SQL that is true for a row whose attempt failed and is retried
 */
export function countEnds(source: string, sign: 1 | -1, isRetried = 'false'): string {
  const count = (status: string) => `${sign} * count(*) FILTER (WHERE status = '${status}')`;
  return `counted AS (
  ${insertCounters}
  SELECT batch_id, ${shard}, 0, ${count('SUCCEEDED')}, ${count('FAILED')}, ${count('TIMED_OUT')},
    ${count('ABORTED')}, count(*) FILTER (WHERE ${isRetried}), 0
  FROM ${source}
  WHERE batch_id IS NOT NULL AND (${hasEnded} OR ${isRetried})
  GROUP BY batch_id ORDER BY batch_id
  ${addOnConflict}
)`;
}

/**
 * Selects the rows of `written (status, "isAttempt")` that {@link countEnds} counts as retried. A
 * checkpoint that only gives an execution back keeps its status, and is no attempt.
 */
export const isRetriedAttempt = `(status = 'PENDING_REDRIVE' AND "isAttempt")`;

/** A common table expression that counts the executions created in `source (batch_id)`. */
export function countCreated(source: string): string {
  return `counted AS (
  ${insertCounters}
  SELECT batch_id, ${shard}, count(*), 0, 0, 0, 0, 0, 0
  FROM ${source} WHERE batch_id IS NOT NULL
  GROUP BY batch_id ORDER BY batch_id
  ${addOnConflict}
)`;
}

/**
 * A common table expression that counts a chunk of the batch `lease (id)`: the executions created
 * in `inserted (id)`, and those of `wanted (id)` that were left out. An execution with an id of
 * `wanted` is from an earlier call with the same chunk, whose answer was lost.
 */
export const countChunk = `counted AS (
  ${insertCounters}
  SELECT lease.id, ${shard}, (SELECT count(*) FROM inserted), 0, 0, 0, 0, 0,
    (SELECT count(*) FROM wanted w LEFT JOIN inserted i ON i.id = w.id
      WHERE i.id IS NULL
        AND NOT EXISTS (SELECT 1 FROM millrace.executions e WHERE e.id = w.id))
  FROM lease WHERE EXISTS (SELECT 1 FROM wanted)
  ${addOnConflict}
)`;
