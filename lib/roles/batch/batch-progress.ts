/**
 * What a batch's counters mean for it, carried out: it goes on, or it is ended or paused in the
 * store. Leaders and runs without a queue ask the same judge, so that a batch comes to the same end
 * wherever it runs.
 */

import { batchEnded } from '../../batch/batch-ended.ts';
import type { BatchOptions } from '../../batch/batch-options.ts';
import { decideEnd } from '../../batch/end-decision.ts';
import {
  decideFailure,
  type FailureMemory,
  freshFailureMemory,
} from '../../batch/failure-policy.ts';
import type { BatchStatus, BatchStore, LeasedBatch } from '../../ports/batch-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';

/** What a change of a batch is written to, and who is told. */
interface BatchChangeDeps {
  readonly store: Pick<BatchStore, 'transitionBatch'>;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the judge writes to. */
export interface BatchProgressDeps extends BatchChangeDeps {
  readonly store: Pick<BatchStore, 'rememberBatch' | 'transitionBatch'>;
}

/** Whether the batch goes on, after a look at its failures and at whether it has ended. */
export async function judgeBatch(
  parts: BatchProgressDeps,
  batch: LeasedBatch,
  options: BatchOptions,
): Promise<boolean> {
  const end = decideEnd(batch, batch.sourceDone, options);
  if (end.kind === 'ended') {
    await changeBatch(parts, batch, end.status, end.reason);
    return false;
  }
  const before = batch.memory === null ? freshFailureMemory : parseMemory(batch.memory);
  const decision = decideFailure(before, batch, batch.sourceDone, options);
  if (decision.memory !== before) {
    await parts.store.rememberBatch(batch.id, batch.fence, JSON.stringify(decision.memory));
  }
  switch (decision.kind) {
    case 'continue':
      return true;
    case 'warn':
      parts.logger.warn(decision.reason, { batchId: batch.id });
      return true;
    case 'pause':
      await changeBatch(parts, batch, 'PAUSED', decision.reason);
      return false;
    case 'fail':
      await changeBatch(parts, batch, 'FAILED', decision.reason);
      return false;
  }
}

/** Ends or pauses a batch that is RUNNING, and says so: its end outside too. */
export async function changeBatch(
  { store, events, clock, logger }: BatchChangeDeps,
  batch: LeasedBatch,
  to: BatchStatus,
  reason: string | null,
): Promise<void> {
  const batchId = batch.id;
  const changed = await store.transitionBatch({ batchId, from: ['RUNNING'], to, reason });
  if (!changed) return;
  logger.info(`batch ${to}`, { batchId, reason });
  const event = batchEnded(batch, to, reason, clock.now());
  if (event !== null) await events.publish([event]);
}

function parseMemory(text: string): FailureMemory {
  return JSON.parse(text) as FailureMemory;
}
