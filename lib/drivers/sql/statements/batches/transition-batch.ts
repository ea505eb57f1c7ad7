import { clock, document, field, now } from '../../fragments/common-fragments.ts';
import { insertedExecutions, newExecutionFields } from '../../fragments/new-executions.ts';
import { newDeliveryFields, queuedDeliveries } from '../../fragments/webhook-deliveries.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Changes a batch's status when it still is what the caller expects. One conditional update, so
 * that of two concurrent changes one wins. Queues its deliveries to webhooks, hooks and file of
 * results with it. Returns a row when the change was made.
 */
export const transitionBatch: Statement = {
  name: 'transition_batch',
  text: `WITH ${clock},
changed AS (
  UPDATE millrace.batches SET status = ${field('to')}, reason = ${field('reason')},
    memory = coalesce(${field('memory')}, memory),
    fence = CASE WHEN ${field('memory')} IS NULL THEN fence ELSE fence + 1 END,
    abort_reason = CASE WHEN ${field('memory')} IS NULL THEN abort_reason END,
    redrives = CASE WHEN ${field('memory')} IS NULL THEN redrives ELSE coalesce(redrives, 0) + 1 END,
    redriven_at = CASE WHEN ${field('memory')} IS NULL THEN redriven_at ELSE ${now} END,
    on_hold = coalesce(${field('hold', 'boolean')}, false),
    ended_at = CASE WHEN ${field('to')} IN ('SUCCEEDED', 'FAILED', 'ABORTED') THEN ${now} END
  WHERE id = ${field('batchId')}
    AND status IN (SELECT value FROM json_array_elements_text(${document}->'from'))
    AND fence = coalesce(${field('fence', 'integer')}, fence)
    AND (abort_reason IS NULL OR ${field('to')} IN ('RUNNING', 'ABORTED'))
  RETURNING id
),
${queuedDeliveries(`json_to_recordset(${document}->'deliveries') AS d (${newDeliveryFields})
  WHERE EXISTS (SELECT 1 FROM changed)`)},
wanted AS MATERIALIZED (
  SELECT w.* FROM changed, json_to_recordset(${document}->'hooks') AS w (${newExecutionFields})
),
${insertedExecutions('clock.now', 'clock')},
filed AS (
  INSERT INTO millrace.result_files AS f (batch_id, output, format, status, created_at, due_at)
  SELECT c.id, ${field('resultOutput')}, ${field('resultFormat')}, 'PENDING', ${now}, ${now}
  FROM changed c WHERE ${field('resultOutput')} IS NOT NULL
  ON CONFLICT (batch_id) DO UPDATE SET output = excluded.output, format = excluded.format,
    status = excluded.status, items = 0, bytes = 0, attempts = 0, fence = f.fence + 1,
    due_at = excluded.due_at, progress = NULL, reason = NULL, ended_at = NULL
)
SELECT id FROM changed`,
};
