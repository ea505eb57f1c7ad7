import {
  clock,
  countOpen,
  field,
  heldBack,
  isOfBatchOnHold,
  isPausedAndDone,
  now,
} from '../../fragments/common-fragments.ts';
import { oldestSent } from '../../fragments/queue-names.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** Messages and waiters with the same correlation, whose execution is RUNNING. */
const pairs = `millrace.messages m
  JOIN millrace.message_waiters w ON w.key = m.key AND md5(w.value) = md5(m.value)
    AND w.value = m.value
  JOIN millrace.executions e ON e.id = w.execution_id AND e.status = 'RUNNING'
  WHERE m.expires_at > ${now}`;

const matchFrom = `${now} - ${field('matchWithinMs', 'bigint')}`;

/**
 * Maximum number of permits that are compared with their executions. Where sleepers hold more, some
 * of them are due often enough: the sweep then compares all.
 */
const permitsMax = 1_000;

/**
 * Reads whether there is work, and when the next is due. Each condition reads one entry of an
 * index, the cheap ones first: a true one saves the rest. Where EXISTS would let a planner without
 * statistics scan the table, the statement asks for the order of the index.
 */
export const workAhead: Statement = {
  name: 'work_ahead',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH RECURSIVE ${clock},
${oldestSent}
SELECT (
  EXISTS (SELECT 1 FROM sent WHERE sent_at <= ${now})
  OR (SELECT 1 FROM millrace.executions WHERE worker_id IS NOT NULL
    ORDER BY queue, worker_id LIMIT 1) IS NOT NULL
  OR (SELECT 1 FROM millrace.executions
    WHERE sent_at IS NULL AND due_at IS NULL AND worker_id IS NULL AND ended_at IS NULL
    ORDER BY created_at LIMIT 1) IS NOT NULL
  OR (SELECT 1 FROM millrace.executions
    WHERE due_at <= ${now} AND due_at IS NOT NULL AND sent_at IS NULL
    ORDER BY due_at LIMIT 1) IS NOT NULL
  OR EXISTS (SELECT 1 FROM millrace.notices)
  OR EXISTS (SELECT 1 FROM millrace.orders WHERE status = 'RUNNING')
  OR EXISTS (SELECT 1 FROM millrace.permit_waits)
  OR (SELECT 1 FROM millrace.webhook_deliveries WHERE due_at <= ${now}
    ORDER BY due_at LIMIT 1) IS NOT NULL
  OR EXISTS (SELECT 1 FROM millrace.result_files
    WHERE status = 'PENDING' AND due_at <= ${now})
  OR EXISTS (SELECT 1 FROM millrace.batches b WHERE b.status = 'RUNNING' AND (
    NOT b.source_done OR b.abort_reason IS NOT NULL OR b.on_hold
    OR (b.memory IS NOT NULL AND b.machine_id LIKE '%/%') OR ${countOpen('b')} = 0))
  OR EXISTS (SELECT 1 FROM millrace.batches b WHERE ${isPausedAndDone('b')})
  OR EXISTS (SELECT 1 FROM millrace.executions e
    WHERE e.due_at = ${heldBack} AND NOT ${isOfBatchOnHold('e.batch_id')})
  OR EXISTS (SELECT 1 FROM millrace.signals s JOIN millrace.executions e ON e.id = s.execution_id
    WHERE s.message IS NOT NULL AND (e.status <> 'RUNNING' OR s.id <= e.signals_seen))
  OR EXISTS (SELECT 1 FROM ${pairs} AND m.stored_at >= ${matchFrom})
  OR EXISTS (SELECT 1 FROM ${pairs} AND w.since >= ${matchFrom})
  OR EXISTS (SELECT 1 FROM (SELECT execution_id FROM millrace.permits LIMIT ${permitsMax}) p
    WHERE (SELECT e.ended_at IS NULL FROM millrace.executions e
      WHERE e.id = p.execution_id) IS NOT TRUE)
) AS "busy",
CAST(least(
  (SELECT due_at FROM millrace.executions
    WHERE due_at < ${heldBack} AND due_at IS NOT NULL AND sent_at IS NULL
    ORDER BY due_at LIMIT 1),
  (SELECT min(due_at) FROM millrace.webhook_deliveries),
  (SELECT min(due_at) FROM millrace.result_files WHERE status = 'PENDING'),
  (SELECT min(sent_at) + ${field('taskMissedMs', 'bigint')} FROM sent WHERE sent_at > ${now})
) - ${now} AS float8) AS "nextDueMs"`,
};
