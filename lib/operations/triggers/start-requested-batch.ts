import { deriveBatchId } from '../../batch/schedule/requested-batch-id.ts';
import type { ChangeOrigin } from '../../ports/store/order-store.ts';
import type { AppContext } from '../app-context.ts';
import { type BatchStart, startConfiguredBatch } from '../batches.ts';
import { recordChanges } from '../orders/orders.ts';
import type { RequestedBatch } from './requested-batches.ts';

/**
 * Starts a batch that a schedule, an event or a file requests, unless the request was carried out
 * before, and records who requested it. Throws what starting a batch throws.
 */
export async function startRequestedBatch(
  context: AppContext,
  { name, ...request }: RequestedBatch,
  origin: ChangeOrigin,
): Promise<BatchStart> {
  const isNew = (await context.store.getBatch(request.id)) === null;
  const batch = await startConfiguredBatch(context, name, request, { answersAny: true });
  const { id, createdAt, started } = batch;
  context.logger.info('batch start requested', { batchId: id, batch: name, createdAt });
  if (!isNew || !started) return batch;
  const about = { object: `batch:${id}`, over: { name }, reason: null, outcome: 'RUNNING' };
  // Made of the batch: two leaders may have found it new.
  const changeId = deriveBatchId(['startBatch', id]);
  await recordChanges(context, [{ id: changeId, action: 'startBatch', ...about, done: 1 }], origin);
  return batch;
}
