/**
 * What a person orders of a batch: to pause, to go on, to stop for good. Each order may be given
 * twice. It is in the store when it is answered, and the batch's leader carries it out.
 */

import { isChildMachine } from '../batch/map-run/map-run-batch.ts';
import { MillraceError } from '../errors.ts';
import type { BatchRecord } from '../ports/batch-store.ts';
import type { Store } from '../ports/store.ts';
import { abortOpen } from '../roles/batch/batch-abort.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import type { AppContext } from './app-context.ts';

const reasons = Object.freeze({ pause: 'a person paused it', abort: 'a person aborted it' });

/**
 * Stops the fan-out; what was begun runs on. Answers the batch, PAUSED. Throws UNKNOWN_BATCH, or
 * CONFLICT when it has ended, is to be aborted, or is the run of a distributed Map.
 */
export async function pauseBatch(store: Store, id: string): Promise<BatchRecord> {
  const { machineId } = await existing(store, id);
  if (isChildMachine(machineId)) throw conflict(id, 'is the run of a Map, which cannot pause');
  await store.transitionBatch({
    ...{ batchId: id, from: ['RUNNING'], to: 'PAUSED', reason: reasons.pause },
  });
  const batch = await existing(store, id);
  if (batch.status === 'PAUSED') return batch;
  throw conflict(id, stateOf(batch));
}

/** Lets a paused batch go on. Throws UNKNOWN_BATCH, or CONFLICT when it has ended. */
export async function resumeBatch(store: Store, id: string): Promise<BatchRecord> {
  await store.transitionBatch({ batchId: id, from: ['PAUSED'], to: 'RUNNING', reason: null });
  const batch = await existing(store, id);
  if (batch.status === 'RUNNING' && batch.abortReason === null) return batch;
  throw conflict(id, stateOf(batch));
}

/**
 * Stops the fan-out and asks all that was begun to stop; the batch is ABORTED when the last of it
 * has. Answers the batch as it is now. Throws UNKNOWN_BATCH, or CONFLICT when it has ended
 * otherwise.
 */
export async function abortBatch(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics'>,
  id: string,
  reason: string = reasons.abort,
): Promise<BatchRecord> {
  const { store } = context;
  if (await store.abortBatch(id, reason)) {
    // Its leader does so too. Here, it reaches what a run without a queue has not begun yet.
    await abortOpen({ store, dispatcher: new Dispatcher(context) }, id);
  }
  const batch = await existing(store, id);
  if (batch.abortReason !== null) return batch;
  throw conflict(id, stateOf(batch));
}

async function existing(store: Store, id: string): Promise<BatchRecord> {
  const batch = await store.getBatch(id);
  if (batch !== null) return batch;
  throw new MillraceError('UNKNOWN_BATCH', `the store has no batch with the id ${id}`, {
    fields: { batchId: id },
  });
}

function stateOf({ status, abortReason, endedAt }: BatchRecord): string {
  if (endedAt !== null) return `has ended ${status}`;
  return abortReason === null ? `is ${status}` : `is being aborted: ${abortReason}`;
}

function conflict(id: string, state: string): MillraceError {
  return new MillraceError('CONFLICT', `the batch ${id} ${state}; nothing was changed`, {
    fields: { batchId: id },
  });
}
