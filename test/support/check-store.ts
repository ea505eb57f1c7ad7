/**
 * Checks a database directly: the invariants that must hold once every batch has ended, whatever
 * was killed, frozen or restarted before. Shares no code with what it checks, except for decoding
 * histories.
 */

import { decodeHistory } from '../../lib/engine/history/decode-history.ts';

/** Runs a statement of PostgreSQL. */
export type Query = <Row extends object>(text: string) => Promise<Row[]>;

interface EventRow {
  readonly id: number;
  readonly type: string;
}

interface ExecutionRow {
  readonly id: string;
  readonly status: string;
  /** Chunks of events in order, as they are stored; null when there is none. */
  readonly chunks: readonly string[] | null;
}

/** Returns all violated invariants, one sentence each; empty when all hold. */
export async function findStoreFaults(query: Query): Promise<string[]> {
  const found = [
    await query<{ fault: string }>(unfinished),
    await query<{ fault: string }>(doubled),
    await query<{ fault: string }>(gaps),
    await query<{ fault: string }>(counterFaults),
    await query<{ fault: string }>(archiveFaults),
    await query<{ fault: string }>(stillHeld),
  ].flatMap((rows) => rows.map(({ fault }) => fault));
  return [...found, ...(await checkHistories(query))];
}

const unfinished = `
  SELECT 'execution ' || name || ' is still ' || status AS fault FROM millrace.executions
  WHERE ended_at IS NULL
  UNION ALL
  SELECT 'batch ' || id || ' is still ' || status FROM millrace.batches WHERE ended_at IS NULL
  LIMIT 20`;

const doubled = `
  SELECT 'name ' || name || ' is there ' || count(*) || ' times' AS fault
  FROM millrace.executions GROUP BY machine_id, name HAVING count(*) > 1
  UNION ALL
  SELECT 'item ' || batch_index || ' of ' || batch_id || ' is there ' || count(*) || ' times'
  FROM millrace.executions WHERE batch_id IS NOT NULL
  GROUP BY batch_id, batch_index HAVING count(*) > 1
  LIMIT 20`;

const gaps = `
  SELECT 'the items of ' || batch_id || ' are ' || count(*) || ', from ' || min(batch_index)
    || ' to ' || max(batch_index) AS fault
  FROM millrace.executions WHERE batch_id IS NOT NULL
  GROUP BY batch_id HAVING min(batch_index) <> 0 OR max(batch_index) <> count(*) - 1`;

const counterFaults = `
  WITH counted AS (
    SELECT batch_id, sum(created) AS created, sum(succeeded) AS succeeded, sum(failed) AS failed,
      sum(timed_out) AS timed_out, sum(aborted) AS aborted
    FROM millrace.batch_counters GROUP BY batch_id),
  real AS (
    SELECT batch_id, count(*) AS created, count(*) FILTER (WHERE status = 'SUCCEEDED') AS succeeded,
      count(*) FILTER (WHERE status = 'FAILED') AS failed,
      count(*) FILTER (WHERE status = 'TIMED_OUT') AS timed_out,
      count(*) FILTER (WHERE status = 'ABORTED') AS aborted
    FROM millrace.executions WHERE batch_id IS NOT NULL GROUP BY batch_id)
  SELECT 'the counters of ' || r.batch_id || ' say ' || c::text || ', its executions ' || r::text
    AS fault
  FROM real r LEFT JOIN counted c USING (batch_id)
  WHERE (c.created, c.succeeded, c.failed, c.timed_out, c.aborted)
    IS DISTINCT FROM (r.created, r.succeeded, r.failed, r.timed_out, r.aborted)`;

const archiveFaults = `
  SELECT 'execution ' || e.name || ' failed and is not in the archive' AS fault
  FROM millrace.executions e LEFT JOIN millrace.archive a ON a.execution_id = e.id
  WHERE e.status IN ('FAILED', 'TIMED_OUT') AND a.task_id IS NULL
  UNION ALL
  SELECT 'the archive has ' || count(*) || ' entries of ' || e.name || ', ' || e.status
  FROM millrace.archive a JOIN millrace.executions e ON e.id = a.execution_id
  GROUP BY e.id HAVING count(*) > 1 OR e.status NOT IN ('FAILED', 'TIMED_OUT')
  LIMIT 20`;

const stillHeld = `
  SELECT 'execution ' || name || ' ended and is held or queued' AS fault FROM millrace.executions
  WHERE ended_at IS NOT NULL AND num_nonnulls(worker_id, due_at, sent_at) > 0 LIMIT 20`;

async function checkHistories(query: Query): Promise<string[]> {
  const rows = await query<ExecutionRow>(`
    SELECT e.id::text AS id, e.status, (SELECT json_agg(h.events ORDER BY h.first_event_id)
      FROM millrace.history h WHERE h.execution_id = e.id) AS chunks
    FROM millrace.executions e`);
  return rows.flatMap(({ id, status, chunks }) => {
    const events = (chunks ?? []).flatMap(decodeHistory);
    return findHistoryFaults(status, events).map((fault) => `execution ${id}: ${fault}`);
  });
}

/** The last event of an execution, by its status. */
const endEvents: Readonly<Record<string, string>> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
};

function findHistoryFaults(status: string, events: readonly EventRow[]): string[] {
  const faults: string[] = [];
  const count = (pattern: RegExp) => events.filter(({ type }) => pattern.test(type)).length;
  const gap = events.findIndex(({ id }, index) => id !== index + 1);
  if (gap >= 0) faults.push(`event ${gap + 1} has the id ${events[gap]?.id}`);
  const ends = count(/^Execution(Succeeded|Failed|TimedOut|Aborted)$/);
  const lives = 1 + count(/^ExecutionRedriven$/);
  if (ends !== lives) faults.push(`it has ${ends} end events for ${lives} runs`);
  if (count(/^ExecutionStarted$/) !== 1) faults.push('it was not started exactly once');
  const last = events.at(-1)?.type;
  if (last !== endEvents[status]) faults.push(`it is ${status} and its last event is ${last}`);
  const scheduled = count(/^(LambdaFunction|Task)Scheduled$/);
  const answered = count(/^(LambdaFunction|Task)(Succeeded|Failed|TimedOut)$/);
  if (status === 'SUCCEEDED' && scheduled !== answered) {
    faults.push(`${scheduled} tasks were scheduled and ${answered} answered`);
  }
  return faults;
}
