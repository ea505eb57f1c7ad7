/**
 * Brings a batch that is to be aborted to its end: what is open of it is asked to stop, and when
 * the last has ended so has the batch. Nothing is ended over the head of the worker that runs it,
 * and each step may be done again, by anybody.
 */
import { inFlightOf } from '../../batch/batch-tally.ts';
import type { BatchStore, LeasedBatch } from '../../ports/batch-store.ts';
import type { ExecutionStore } from '../../ports/execution-store.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import { type BatchProgressDeps, changeBatch } from './batch-progress.ts';

/** What aborting acts by. */
export interface AbortDeps {
  readonly store: Pick<BatchStore, 'listUnsentOfBatch'> & Pick<ExecutionStore, 'requestAbort'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
}

/** Executions aborted at once. */
const abortsAtOnce = 1_000;

/** Asks for the abort of every execution of the batch that is open; answers how many there were. */
export async function abortOpen(
  { store, dispatcher }: AbortDeps,
  batchId: string,
): Promise<number> {
  let asked = 0;
  for (let from = 0; ; ) {
    const open = await store.listUnsentOfBatch(batchId, from, abortsAtOnce);
    const ids = open.map(({ executionId }) => executionId);
    await dispatcher.dispatch(await store.requestAbort(ids));
    asked += ids.length;
    const last = open.at(-1);
    if (last === undefined || open.length < abortsAtOnce) return asked;
    from = last.index + 1;
  }
}

/** How often what is open is asked again: an execution that was redriven is open anew. */
const askAgainMs = 30_000;

/** One batch on its way to being ABORTED; whoever leads it takes a step at each look. */
export class BatchAbort {
  readonly #parts: AbortDeps & BatchProgressDeps;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: AbortDeps & BatchProgressDeps) {
    this.#parts = parts;
  }

  /** Asks for what is open, or ends the batch when nothing is. True when it has ended. */
  async step(batch: LeasedBatch, now: number): Promise<boolean> {
    if (inFlightOf(batch) === 0) {
      await changeBatch(this.#parts, batch, 'ABORTED', batch.abortReason);
      return true;
    }
    if (now - this.#askedAt >= askAgainMs) {
      await abortOpen(this.#parts, batch.id);
      this.#askedAt = now;
    }
    return false;
  }
}
