/**
 * Applies what a batch's counters mean for it: it continues, or is ended or paused in the store.
 */
import { createBatchEndedEvent } from '../../batch/batch-ended-event.ts';
import type { BatchOptions } from '../../batch/batch-options.ts';
import { decideEnd } from '../../batch/end-decision.ts';
import {
  decideFailure,
  type FailureMemory,
  initialFailureMemory,
} from '../../batch/failure-policy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';
import type { BatchStatus, BatchStore, LeasedBatch } from '../../ports/store/batch-store.ts';

/** What {@link setBatchStatus} writes to, and where it reports. */
interface SetBatchStatusDeps {
  readonly store: Pick<BatchStore, 'transitionBatch'>;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What {@link updateBatchStatus} writes to, and where it reports. */
export interface BatchStatusDeps extends SetBatchStatusDeps {
  readonly store: Pick<BatchStore, 'saveBatchMemory' | 'transitionBatch'>;
}

/** Ends or pauses the batch when its counters say so. Returns whether it continues. */
export async function updateBatchStatus(
  deps: BatchStatusDeps,
  batch: LeasedBatch,
  options: BatchOptions,
): Promise<boolean> {
  const end = decideEnd(batch, batch.sourceDone, options);
  if (end.kind === 'ended') {
    await setBatchStatus(deps, batch, end.status, end.reason);
    return false;
  }
  const before = batch.memory === null ? initialFailureMemory : parseMemory(batch.memory);
  const decision = decideFailure(before, batch, batch.sourceDone, options);
  if (decision.memory !== before) {
    await deps.store.saveBatchMemory(batch.id, batch.fence, JSON.stringify(decision.memory));
  }
  switch (decision.kind) {
    case 'continue':
      return true;
    case 'warn':
      deps.logger.warn('batch failure rate reached the soft threshold', {
        batchId: batch.id,
        reason: decision.reason,
      });
      return true;
    case 'pause':
      await setBatchStatus(deps, batch, 'PAUSED', decision.reason);
      return false;
    case 'fail':
      await setBatchStatus(deps, batch, 'FAILED', decision.reason);
      return false;
  }
}

/** Ends or pauses a RUNNING batch and logs it; an end is also published as an event. */
export async function setBatchStatus(
  { store, events, clock, logger }: SetBatchStatusDeps,
  batch: LeasedBatch,
  to: BatchStatus,
  reason: string | null,
): Promise<void> {
  const batchId = batch.id;
  const changed = await store.transitionBatch({ batchId, from: ['RUNNING'], to, reason });
  if (!changed) return;
  logger.info(`batch ${to}`, { batchId, reason });
  const event = createBatchEndedEvent(batch, to, reason, clock.now());
  if (event !== null) await events.publish([event]);
}

function parseMemory(text: string): FailureMemory {
  return JSON.parse(text) as FailureMemory;
}
