import { eventTypes } from '../../config/event-names.ts';
import { readTriggerEvent, type TriggerEvent } from '../../config/triggers/trigger-event.ts';
import { MillraceError } from '../../errors.ts';
import type { ChangeOrigin } from '../../ports/store/order-store.ts';
import type { AppContext } from '../app-context.ts';
import type { BatchStart } from '../batches.ts';
import { requestedBatches } from './requested-batches.ts';
import { startRequestedBatch } from './start-requested-batch.ts';

/**
 * Starts the batches that an event in the format of EventBridge requests, each once for the event's
 * id: those that the rules of a deployment would start. An event that no rule matches starts none.
 * Throws UNKNOWN_BATCH, INVALID_ARGUMENT, and what starting a batch throws.
 */
export async function receiveEvent(
  context: AppContext,
  event: unknown,
  origin: ChangeOrigin,
): Promise<BatchStart[]> {
  const trigger = readTriggerEvent(event);
  if (trigger !== null) return await startTriggered(context, trigger, origin);
  if (isOther(event)) return [];
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `expected an event of EventBridge: { "id", "detail-type": "${eventTypes.batchRequested}", ` +
      '"detail": { "batch", "id"? } }, or "source": "aws.s3" and "detail-type": "Object Created" ' +
      'with "detail": { "bucket": { "name" }, "object": { "key", "etag" } }',
  );
}

/** Whether an event is of a type that starts no batch. */
function isOther(event: unknown): boolean {
  if (typeof event !== 'object' || event === null || !('detail-type' in event)) return false;
  const type = event['detail-type'];
  const source = 'source' in event ? event.source : undefined;
  return type !== eventTypes.batchRequested && !(type === 'Object Created' && source === 'aws.s3');
}

/** Starts the batches that a trigger requests. Throws what starting a batch throws. */
export async function startTriggered(
  context: AppContext,
  trigger: TriggerEvent,
  origin: ChangeOrigin,
): Promise<BatchStart[]> {
  const started: BatchStart[] = [];
  for (const requested of requestedBatches(trigger, context.app.batches)) {
    started.push(await startRequestedBatch(context, requested, origin));
  }
  return started;
}
