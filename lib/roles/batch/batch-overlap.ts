import type { BatchOptions } from '../../batch/batch-options.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { BatchStore, LeasedBatch } from '../../ports/store/batch-store.ts';

/** What a {@link BatchOverlap} is constructed from. */
export interface BatchOverlapDeps {
  readonly store: Pick<BatchStore, 'listBatches' | 'requestBatchAbort' | 'transitionBatch'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Time between two looks at the batches before, in milliseconds. */
const checkMs = 1_000;

/** Maximum number of open batches of one name that are looked at. */
const openMax = 100;

/**
 * Keeps one batch from starting while earlier ones of its name are open, if its options say so;
 * with `replace` it cancels these. Each look is safe to repeat, also by another leader.
 */
export class BatchOverlap {
  readonly #deps: BatchOverlapDeps;
  readonly #rule: BatchOptions['overlap'];
  #checkedAt = Number.NEGATIVE_INFINITY;
  #isFirst = false;

  constructor(deps: BatchOverlapDeps, { overlap }: Pick<BatchOptions, 'overlap'>) {
    this.#deps = deps;
    this.#rule = overlap;
  }

  /** Whether the batch has to wait for the end of another. */
  async mustWait(batch: LeasedBatch): Promise<boolean> {
    const mayWait = this.#rule === 'queue' || this.#rule === 'replace';
    if (!mayWait || this.#isFirst || batch.cursor !== null) return false;
    const now = this.#deps.clock.monotonicMs();
    if (now - this.#checkedAt < checkMs) return true;
    this.#checkedAt = now;
    const earlier = await this.#findEarlier(batch);
    this.#isFirst = earlier.length === 0;
    if (this.#rule === 'replace') await this.#cancel(earlier, batch);
    if (!this.#isFirst) await this.#tell(batch, earlier[0] ?? '');
    return !this.#isFirst;
  }

  /** Returns the ids of open batches of the name that were started before, oldest first. */
  async #findEarlier({ id, name, createdAt }: LeasedBatch): Promise<string[]> {
    const statuses = ['RUNNING', 'PAUSED'] as const;
    const open = await this.#deps.store.listBatches({ name, statuses }, { limit: openMax });
    return open.entries
      .filter(
        (other) => other.createdAt < createdAt || (other.createdAt === createdAt && other.id < id),
      )
      .map((other) => other.id)
      .reverse();
  }

  async #cancel(earlier: readonly string[], { id }: LeasedBatch): Promise<void> {
    const { store } = this.#deps;
    for (const other of earlier) await store.requestBatchAbort(other, `replaced by batch ${id}`);
  }

  async #tell({ id: batchId, reason: before }: LeasedBatch, other: string): Promise<void> {
    const reason = `waits for the end of batch ${other}: overlap is '${this.#rule}'`;
    if (reason === before) return;
    const { store, logger } = this.#deps;
    await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'RUNNING', reason });
    logger.info('batch queued: waiting for an earlier batch of its name', { batchId, other });
  }
}
