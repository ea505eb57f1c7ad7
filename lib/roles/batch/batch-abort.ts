import { countInFlight } from '../../batch/batch-tally.ts';
import type { BatchStore, LeasedBatch } from '../../ports/store/batch-store.ts';
import type { ExecutionStore } from '../../ports/store/execution-store.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import { type BatchStatusDeps, setBatchStatus } from './batch-status.ts';

/** What {@link abortOpenExecutions} needs. */
export interface AbortExecutionsDeps {
  readonly store: Pick<BatchStore, 'listUnsentOfBatch'> & Pick<ExecutionStore, 'requestAbort'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
}

/** What a {@link BatchAbort} is constructed from. */
export type BatchAbortDeps = AbortExecutionsDeps & BatchStatusDeps;

/** Number of executions whose abort is requested in one statement. */
const pageSize = 1_000;

/** Requests the abort of every open execution of the batch. Returns how many there were. */
export async function abortOpenExecutions(
  { store, dispatcher }: AbortExecutionsDeps,
  batchId: string,
): Promise<number> {
  let requested = 0;
  for (let from = 0; ; ) {
    const open = await store.listUnsentOfBatch(batchId, from, pageSize);
    const ids = open.map(({ executionId }) => executionId);
    await dispatcher.dispatch(await store.requestAbort(ids));
    requested += ids.length;
    const last = open.at(-1);
    if (last === undefined || open.length < pageSize) return requested;
    from = last.index + 1;
  }
}

/**
 * Time between two requests to the executions of one batch, in milliseconds: an execution that was
 * redriven meanwhile is open again.
 */
const requestIntervalMs = 30_000;

/**
 * Aborts one batch: requests the abort of its open executions, and ends the batch as ABORTED when
 * the last has ended. The workers end the executions that they run. Each step is safe to repeat,
 * also by another leader.
 */
export class BatchAbort {
  readonly #deps: BatchAbortDeps;
  #requestedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: BatchAbortDeps) {
    this.#deps = deps;
  }

  /** Ends the batch when nothing of it is open, and requests aborts otherwise. */
  async step(batch: LeasedBatch): Promise<void> {
    if (countInFlight(batch) === 0) {
      await setBatchStatus(this.#deps, batch, 'ABORTED', batch.abortReason);
      return;
    }
    const now = this.#deps.clock.now();
    if (now - this.#requestedAt < requestIntervalMs) return;
    await abortOpenExecutions(this.#deps, batch.id);
    this.#requestedAt = now;
  }
}
