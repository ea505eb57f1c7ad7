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

/**
 * Requests the abort of every open execution of the batch. Returns how many there were.
 * @param notBegunOnly leaves those alone that run or have begun an attempt
 */
export async function abortOpenExecutions(
  { store, dispatcher }: AbortExecutionsDeps,
  batchId: string,
  notBegunOnly = false,
): Promise<number> {
  let requested = 0;
  for (let from = 0; ; ) {
    const open = await store.listUnsentOfBatch(batchId, from, pageSize);
    const ids = open.map(({ executionId }) => executionId);
    await dispatcher.dispatch(await store.requestAbort(ids, notBegunOnly));
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

/** The same for a batch that is being stopped: what runs may fail, and would be retried. */
const stopIntervalMs = 2_000;

/**
 * Aborts or stops one batch. Aborting requests the abort of its open executions, and ends the batch
 * as ABORTED when the last has ended; the workers end the executions that they run. Stopping does
 * this to those that have not begun, lets the others finish, and ends the batch as FAILED. Each
 * step is safe to repeat, also by another leader.
 */
export class BatchAbort {
  readonly #deps: BatchAbortDeps;
  #requestedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: BatchAbortDeps) {
    this.#deps = deps;
  }

  /** Ends the batch as FAILED when nothing of it is open; otherwise keeps more from beginning. */
  async stop(batch: LeasedBatch, why: string): Promise<void> {
    if (countInFlight(batch) === 0) {
      await setBatchStatus(this.#deps, batch, 'FAILED', why);
      return;
    }
    if (!this.#isRequestDue(stopIntervalMs)) return;
    const { id: batchId } = batch;
    const reason = `being stopped: ${why}`;
    const change = { batchId, from: ['RUNNING'], to: 'RUNNING', reason, hold: true } as const;
    await this.#deps.store.transitionBatch(change);
    await abortOpenExecutions(this.#deps, batchId, true);
  }

  /** Ends the batch when nothing of it is open, and requests aborts otherwise. */
  async step(batch: LeasedBatch): Promise<void> {
    if (countInFlight(batch) === 0) {
      await setBatchStatus(this.#deps, batch, 'ABORTED', batch.abortReason);
      return;
    }
    if (this.#isRequestDue(requestIntervalMs)) await abortOpenExecutions(this.#deps, batch.id);
  }

  #isRequestDue(intervalMs: number): boolean {
    const now = this.#deps.clock.monotonicMs();
    if (now - this.#requestedAt < intervalMs) return false;
    this.#requestedAt = now;
    return true;
  }
}
