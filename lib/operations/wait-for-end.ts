/** Waits for the ends of batches and executions. */
import type { ExecutionRecord } from '../ports/store/execution-store.ts';
import { pause } from '../retry/pause.ts';
import { forServiceFaults, retry } from '../retry/retry.ts';
import type { AppContext } from './app-context.ts';
import type { BatchSummary } from './batches/batch-view.ts';
import { getBatch } from './batches.ts';

/** Options of a wait. */
export interface WaitOptions {
  /** Ends the wait early: it then returns the current state. @default never */
  readonly signal?: AbortSignal;
}

/** Options of a wait for a batch. */
export interface BatchWaitOptions extends WaitOptions {
  /** Called with the batch whenever it was read, about ten times a second. */
  readonly onProgress?: (batch: BatchSummary) => void;
}

/** Time between two reads, in milliseconds. */
const batchPollMs = 100;
const executionPollMs = 50;

/** A database that restarts must not cost a wait its result: it is asked again for five minutes. */
const storeRetries = forServiceFaults({
  backoff: { firstMs: 500, maxMs: 500 },
  elapsedMsMax: 300_000,
});

/**
 * Waits until a batch has ended or is paused.
 * @throws UNKNOWN_BATCH
 */
export async function waitForBatch(
  context: Pick<AppContext, 'store' | 'clock'>,
  id: string,
  { signal, onProgress }: BatchWaitOptions = {},
): Promise<BatchSummary> {
  for (;;) {
    const batch = await retryStoreCall(context, signal, () => getBatch(context, id));
    onProgress?.(batch);
    if (batch.status !== 'RUNNING' || signal?.aborted) return batch;
    await pause(context.clock, batchPollMs, signal);
  }
}

/** Waits until an execution has ended; null when the store has none with this id (any more). */
export async function waitForExecution(
  context: Pick<AppContext, 'store' | 'clock'>,
  id: string,
  { signal }: WaitOptions = {},
): Promise<ExecutionRecord | null> {
  for (;;) {
    const record = await retryStoreCall(context, signal, () => context.store.getExecution(id));
    if (record === null || record.endedAt !== null || signal?.aborted) return record;
    await pause(context.clock, executionPollMs, signal);
  }
}

function retryStoreCall<Result>(
  { clock }: Pick<AppContext, 'clock'>,
  signal: AbortSignal | undefined,
  call: () => Promise<Result>,
): Promise<Result> {
  return retry(call, { clock, policyFor: storeRetries, ...(signal !== undefined && { signal }) });
}
