/**
 * What a batch's counters mean for it, carried out: it goes on, or it is ended or paused in the
 * store. Leaders and runs without a queue ask the same judge, so that a batch comes to the same end
 * wherever it runs.
 */
import type { BatchOptions } from '../batch/batch-options.ts';
import { decideEnd } from '../batch/end-decision.ts';
import { decideFailure, type FailureMemory, freshFailureMemory } from '../batch/failure-policy.ts';
import type { BatchStatus, BatchStore, LeasedBatch } from '../ports/batch-store.ts';
import type { Logger } from '../ports/logger.ts';

/** What the judge writes to. */
export interface BatchJudgeParts {
  readonly store: Pick<BatchStore, 'rememberBatch' | 'transitionBatch'>;
  readonly logger: Logger;
}

/** Whether the batch goes on, after a look at its failures and at whether it has ended. */
export async function judgeBatch(
  parts: BatchJudgeParts,
  batch: LeasedBatch,
  options: BatchOptions,
): Promise<boolean> {
  const end = decideEnd(batch, batch.sourceDone, options);
  if (end.kind === 'ended') {
    await changeBatch(parts, batch.id, end.status, end.reason);
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
      await changeBatch(parts, batch.id, 'PAUSED', decision.reason);
      return false;
    case 'fail':
      await changeBatch(parts, batch.id, 'FAILED', decision.reason);
      return false;
  }
}

/** Ends or pauses a batch that is RUNNING, and says so. */
export async function changeBatch(
  { store, logger }: BatchJudgeParts,
  batchId: string,
  to: BatchStatus,
  reason: string | null,
): Promise<void> {
  const changed = await store.transitionBatch({ batchId, from: ['RUNNING'], to, reason });
  if (changed) logger.info(`batch ${to}`, { batchId, reason });
}

function parseMemory(text: string): FailureMemory {
  return JSON.parse(text) as FailureMemory;
}
