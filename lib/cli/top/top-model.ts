import type { Millrace } from '../../app/millrace.ts';
import type { BatchSummary } from '../../operations/batches/batch-view.ts';
import type { QueueOverview } from '../../operations/queues.ts';
import type { ListedWorker } from '../../operations/workers.ts';

/** What `millrace top` shows at one moment. */
export interface TopModel {
  readonly at: number;
  readonly store: string;
  readonly broker: string;
  readonly queues: readonly QueueOverview[];
  /** The open batches and then the newest that have ended. */
  readonly batches: readonly TopBatch[];
  readonly workers: readonly ListedWorker[];
}

/** A batch, and how many of its executions ended per second since the frame before. */
export interface TopBatch
  extends Pick<BatchSummary, 'id' | 'name' | 'status' | 'created' | 'succeeded' | 'sourceDone'> {
  readonly failed: number;
  /** Null in the first frame, and of a batch that has ended. */
  readonly perSecond: number | null;
}

/** Batches that are shown. */
const batchesMax = 50;

/** Reads frame after frame, and computes what happened between two of them. */
export class TopReader {
  readonly #app: Millrace;
  readonly #now: () => number;
  #before: TopModel | null = null;

  constructor(app: Millrace, now: () => number) {
    this.#app = app;
    this.#now = now;
  }

  async read(): Promise<TopModel> {
    const { queues, batches, workers, description } = this.#app;
    const [listedQueues, page, listedWorkers] = await Promise.all([
      queues.list(),
      batches.list({}, { limit: batchesMax }),
      workers.list(),
    ]);
    const at = this.#now();
    const model = {
      at,
      ...description,
      queues: listedQueues,
      batches: page.entries.map((batch) => this.#toTopBatch(batch, at)),
      workers: listedWorkers,
    };
    this.#before = model;
    return model;
  }

  #toTopBatch(batch: BatchSummary, at: number): TopBatch {
    const { id, name, status, created, succeeded, sourceDone } = batch;
    const failed = batch.failed + batch.timedOut + batch.aborted;
    const before = this.#before?.batches.find((each) => each.id === id);
    const seconds = (at - (this.#before?.at ?? at)) / 1_000;
    const isKnown = before !== undefined && seconds > 0 && batch.endedAt === null;
    const ended = succeeded + failed - ((before?.succeeded ?? 0) + (before?.failed ?? 0));
    return {
      id,
      name,
      status,
      created,
      succeeded,
      sourceDone,
      failed,
      perSecond: isKnown ? Math.max(0, Math.round(ended / seconds)) : null,
    };
  }
}
