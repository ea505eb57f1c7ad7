/** What becomes of the file of results that a batch writes when it has ended. */
import { findEndOptions } from '../../batch/batch-options.ts';
import type { ResultFileRecord } from '../../ports/store/results/result-store.ts';
import { pause } from '../../retry/pause.ts';
import type { AppContext } from '../app-context.ts';
import { requireBatch } from '../batches/find-batch.ts';
import type { WaitOptions } from '../wait-for-end.ts';

/** Returns the file of a batch; null when it has none, or has not ended. Throws UNKNOWN_BATCH. */
export async function getResultFile(
  context: Pick<AppContext, 'store'>,
  ref: string,
): Promise<ResultFileRecord | null> {
  const { id } = await requireBatch(context, ref);
  return await context.store.getResultFile(id);
}

/** Options of a wait for a file of results. */
export interface ResultWaitOptions extends WaitOptions {
  /** Whether a first failure ends the wait, although it is tried again. @default false */
  readonly untilFailure?: boolean;
}

/** Time between two reads, in milliseconds. */
const pollMs = 200;

/**
 * Waits until the file of a batch is written or given up; null for a batch without one, or that is
 * paused. Throws UNKNOWN_BATCH.
 */
export async function waitForResultFile(
  { store, clock }: Pick<AppContext, 'store' | 'clock'>,
  ref: string,
  { signal, untilFailure = false }: ResultWaitOptions = {},
): Promise<ResultFileRecord | null> {
  for (;;) {
    const { id, options, status } = await requireBatch({ store }, ref);
    const file = await store.getResultFile(id);
    const hasNone = findEndOptions(JSON.parse(options)).results === null || status === 'PAUSED';
    if (file === null && hasNone) return null;
    const isSettled = file !== null && (file.status !== 'PENDING' || isFailing(file, untilFailure));
    if (isSettled || signal?.aborted) return file;
    await pause(clock, pollMs, signal);
  }
}

function isFailing({ reason }: ResultFileRecord, untilFailure: boolean): boolean {
  return untilFailure && reason !== null;
}
