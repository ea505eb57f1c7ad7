import { clock, document, field, now } from '../../fragments/common-fragments.ts';
import { newDeliveryFields, queuedDeliveries } from '../../fragments/webhook-deliveries.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Changes a batch's status when it still is what the caller expects. One conditional update, so
 * that of two concurrent changes one wins. Queues its deliveries to webhooks with it. Returns a row
 * when the change was made.
 */
export const transitionBatch: Statement = {
  name: 'transition_batch',
  text: `WITH ${clock},
changed AS (
  UPDATE millrace.batches SET status = ${field('to')}, reason = ${field('reason')},
    memory = coalesce(${field('memory')}, memory),
    abort_reason = CASE WHEN ${field('memory')} IS NULL THEN abort_reason END,
    on_hold = coalesce(${field('hold', 'boolean')}, false),
    ended_at = CASE WHEN ${field('to')} IN ('SUCCEEDED', 'FAILED', 'ABORTED') THEN ${now} END
  WHERE id = ${field('batchId')}
    AND status IN (SELECT value FROM json_array_elements_text(${document}->'from'))
    AND (abort_reason IS NULL OR ${field('to')} IN ('RUNNING', 'ABORTED'))
  RETURNING id
),
${queuedDeliveries(`json_to_recordset(${document}->'deliveries') AS d (${newDeliveryFields})
  WHERE EXISTS (SELECT 1 FROM changed)`)}
SELECT id FROM changed`,
};
