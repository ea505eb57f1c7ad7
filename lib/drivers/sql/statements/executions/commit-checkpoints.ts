import { moveArchiveTotals } from '../../fragments/archive-totals.ts';
import { countEnds, isRetriedAttempt } from '../../fragments/batch-counters.ts';
import { databaseNow, document, signalOnly } from '../../fragments/common-fragments.ts';
import { addRareFigures, addStateCounts, type FigureSource } from '../../fragments/figure-sums.ts';
import { insertedExecutions, newExecutionFields } from '../../fragments/new-executions.ts';
import type { Statement } from '../../sql-client.ts';

/** True when signals exist that a checkpoint with a release has not seen. */
const unseen = `c.status = 'RUNNING' AND e.signals_sent > greatest(e.signals_seen, c."signalsSeen")`;

/** True for a failed attempt that is to be retried. */
const isFailedAttempt = `(c."failedState" IS NOT NULL AND c.status = 'PENDING_REDRIVE')`;

/** True when an earlier call has written the failed attempt, whose retry is not due yet. */
const isRetriedBefore = `(${isFailedAttempt} AND e.status = c.status AND e.attempts = c.attempts)`;

/** The checkpoints with some more columns, and the executions they are written to. */
const written = (columns: string) => `checkpoint AS MATERIALIZED (
  SELECT c.*, coalesce(c.now, clock.now) AS at,
    least(coalesce(c.now, clock.now) + coalesce(c."dueInMs", ${signalOnly}), ${signalOnly}) AS due
  FROM json_to_recordset(${document}) AS c (id uuid, fence integer, status text, snapshot text,
      events text, "firstEventId" integer, ended boolean, release boolean, "dueInMs" bigint,
      "wakeupSent" boolean, attempts integer, output text, error text, cause text,
      "archiveReason" text, "failedState" text, "signalsSeen" integer, "signalsUnused" jsonb, "notifyId" uuid, "notifyEvent" text,
      now bigint${columns}),
    (SELECT ${databaseNow} AS now) clock
),
written AS (
  UPDATE millrace.executions e SET
    stalls = CASE WHEN c.events IS NULL OR c.ended THEN e.stalls ELSE 0 END,
    status = c.status, retrying = CASE WHEN c.status = 'PENDING_REDRIVE' THEN true END,
    snapshot = c.snapshot, attempts = c.attempts, output = c.output,
    error = c.error, cause = c.cause, failed_state = c."failedState",
    failed_as = CASE WHEN c.ended AND c.status <> 'SUCCEEDED' THEN c.status END,
    signals_seen = CASE WHEN c.status = 'RUNNING'
      THEN greatest(e.signals_seen, c."signalsSeen") ELSE e.signals_sent END,
    worker_id = CASE WHEN c.release THEN NULL ELSE e.worker_id END,
    ended_at = CASE WHEN c.ended THEN c.at END,
    due_at = CASE
      WHEN c.ended OR NOT c.release THEN NULL
      WHEN e.abort_requested OR ${unseen} THEN c.at
      ELSE c.due END,
    sent_at = CASE
      WHEN c.release AND NOT c.ended AND c."wakeupSent" AND c."dueInMs" IS NOT NULL
        AND NOT (e.abort_requested OR ${unseen})
      THEN c.due END
  FROM checkpoint c
  WHERE e.id = c.id AND e.fence = c.fence AND e.ended_at IS NULL AND NOT ${isRetriedBefore}
  RETURNING e.id, e.batch_id, e.status, c."firstEventId", c.events, c."archiveReason", c.at,
    e.queue, e.created_at, e.name, e.machine_id, e.error, e.cause, e.attempts, e.signals_seen,
    c."signalsSeen", c."signalsUnused", c."notifyId", c."notifyEvent",
    c."failedState" IS NOT NULL AS "isAttempt"
)`;

/** A task that was in the archive before has another error now; the table shows the one before. */
const movedTotals = `SELECT error, machine_id, queue, 1 AS moved FROM archived
    UNION ALL
    SELECT b.error, b.machine_id, b.queue, -1
    FROM archived n JOIN millrace.archive b ON b.task_id = n.task_id`;

/** The history of the written executions. */
const recorded = (returning: string) => `recorded AS (
  INSERT INTO millrace.history (execution_id, first_event_id, events)
  SELECT id, "firstEventId", events FROM written WHERE events IS NOT NULL
  ON CONFLICT DO NOTHING${returning}
)`;

/** The archive entries of the written executions. */
const archived = `archived AS (
  INSERT INTO millrace.archive AS a (task_id, queue, body, reason, deliveries, sent_at, archived_at,
    execution_id, execution_name, machine_id, batch_id, error, cause, attempts)
  SELECT id::text, queue, '', "archiveReason", 0, created_at, at, id, name, machine_id, batch_id,
    error, cause, attempts
  FROM written WHERE "archiveReason" IS NOT NULL
  ON CONFLICT (task_id) DO UPDATE SET reason = excluded.reason, error = excluded.error,
    cause = excluded.cause, attempts = excluded.attempts
  RETURNING a.task_id, a.queue, a.machine_id, a.error
),
${moveArchiveTotals(movedTotals)},
`;

/** Deletes the signals that were seen, and keeps those that were sent. */
const signalled = `unseen AS (
  DELETE FROM millrace.signals s USING written w
  JOIN millrace.executions before ON before.id = w.id
  WHERE s.execution_id = w.id AND s.id <= w.signals_seen AND (s.message IS NULL
    OR (s.id > before.signals_seen AND s.id <= w."signalsSeen"
      AND NOT w."signalsUnused" @> to_jsonb(s.id)))
),
noticed AS (
  INSERT INTO millrace.notices (execution_id, event)
  SELECT "notifyId", "notifyEvent" FROM written WHERE "notifyId" IS NOT NULL ORDER BY id
),
`;

/** Records the tasks that notify of the ends. */
const hooked = `clock AS MATERIALIZED (SELECT max(at) AS now FROM checkpoint),
wanted AS MATERIALIZED (
  SELECT h.* FROM written x JOIN checkpoint c ON c.id = x.id
    CROSS JOIN LATERAL json_to_record(c.hook) AS h (${newExecutionFields})
  WHERE c.hook IS NOT NULL
),
${insertedExecutions('clock.now', 'clock')},
`;

/** Ends and failed attempts that an earlier call has already written. */
const again = `again AS MATERIALIZED (
  SELECT c.id, c.fence, c.status FROM checkpoint c
  WHERE (c.ended OR ${isFailedAttempt}) AND c.id NOT IN (SELECT id FROM written)
)`;

/**
 * Figures are on the first checkpoint, with the numbers of checkpoints and of those with events.
 * They are added only when all were written, and all of the history is new. What is recorded is
 * written, too: where all have events, counting the history is enough.
 */
const figureSource: FigureSource = {
  list: (
    name,
    columns,
  ) => `FROM (SELECT figures, at FROM checkpoint WHERE figures IS NOT NULL LIMIT 1) c,
    json_to_recordset(c.figures->'${name}') AS f (${columns})
  WHERE (SELECT count(*) FROM recorded) = CAST(c.figures->>'histories' AS integer)
    AND (c.figures->>'histories' = c.figures->>'size'
      OR (SELECT count(*) FROM written) = CAST(c.figures->>'size' AS integer))`,
  at: 'c.at',
};

/** What a group of checkpoints has besides the checkpoints themselves. */
export interface CommitParts {
  /** Whether signals are seen or sent. */
  readonly signalled: boolean;
  /** Whether executions end whose retries are exhausted. */
  readonly archives: boolean;
  /** Whether someone is notified of ends. */
  readonly hooked: boolean;
  /** `counts`: state counts alone. `all`: also failures, and the sums of a process. */
  readonly figures: 'none' | 'counts' | 'all';
}

/**
 * The group commit: writes any number of executions' checkpoints, their history, their batches'
 * counters and their figures.
 *
 * The document is the array of checkpoints itself: one level less to parse in the statement that
 * carries nearly all of the bytes. They are sorted by id, so that two committers lock rows in the
 * same order.
 *
 * The fence decides which worker can write. An ended execution is never written again, nor is a
 * failed attempt that is to be retried, so that each is counted once; a commit that is repeated
 * because its first response was lost still returns the execution as written (`again`).
 * While a lease is kept, no indexed column changes. A sleep that begins after an abort was
 * requested, or after a signal that it has not seen, ends at once: the row has both, and is read
 * again when the statement had to wait for it.
 *
 * With signals, it deletes those that a checkpoint has seen, except messages that it or an earlier
 * checkpoint had no use for, which `return-messages` puts back, and leaves signals to other
 * executions for `deliver-notices`. The table shows executions as they were before the statement.
 *
 * With figures, each row says whether its end or failed attempt was `known` before. Figures are
 * added when all were written now, for the first time; `select-fresh` tells which were when only
 * some were. Each set of parts is a statement of its own, so that no group is planned for parts
 * that it does not have.
 */
export function commitCheckpoints(parts: CommitParts): Statement {
  const name = nameParts(parts);
  const known = statements.get(name);
  if (known !== undefined) return known;
  const statement = { name, hasOnePlan: true, text: createText(parts) };
  statements.set(name, statement);
  return statement;
}

const statements = new Map<string, Statement>();

function nameParts({ signalled: isSignalled, archives, hooked: isHooked, figures }: CommitParts) {
  const parts = [
    isSignalled ? 'commit_signalled' : 'commit_checkpoints',
    ...(archives ? ['archived'] : []),
    ...(isHooked ? ['hooked'] : []),
    ...(figures === 'none' ? [] : [figures]),
  ];
  return parts.join('_');
}

function createText(parts: CommitParts): string {
  const { figures } = parts;
  const rare = [
    parts.archives ? archived : '',
    parts.signalled ? signalled : '',
    parts.hooked ? hooked : '',
  ].join('');
  const hookColumn = parts.hooked ? ', hook json' : '';
  const common = `${rare}${countEnds('written', 1, isRetriedAttempt)},
${again}`;
  if (figures === 'none') {
    return `WITH ${written(hookColumn)},
${recorded('')},
${common}
${selectWritten('', '')}`;
  }
  const more = figures === 'all' ? `,\n${addRareFigures(figureSource)}` : '';
  return `WITH ${written(`, figures json${hookColumn}`)},
${recorded(' RETURNING execution_id')},
${common},
${addStateCounts(figureSource)}${more}
${selectWritten(', false AS "known"', ', true')}`;
}

function selectWritten(ofWritten: string, ofAgain: string): string {
  return `SELECT w.id::text AS "id"${ofWritten} FROM written w
UNION ALL
SELECT a.id::text${ofAgain} FROM again a JOIN millrace.executions e
  ON e.id = a.id AND e.fence = a.fence AND e.status = a.status`;
}
