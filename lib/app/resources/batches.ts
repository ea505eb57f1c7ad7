import type { BatchReport } from '../../operations/batches/batch-report.ts';
import type { BatchSummary } from '../../operations/batches/batch-view.ts';
import {
  cancelBatch,
  type DeletedBatch,
  deleteBatch,
  type PauseOptions,
  pauseBatch,
  resumeBatch,
} from '../../operations/batches/change-batch.ts';
import type { BatchChanges } from '../../operations/batches/start-changes.ts';
import {
  type BatchStart,
  getBatch,
  getBatchReport,
  listBatches,
  resumeNewestBatch,
  startConfiguredBatch,
} from '../../operations/batches.ts';
import {
  type BatchResult,
  type PrintOptions,
  printBatchResults,
  type ResultOutput,
  type ResultSelection,
  type ResultText,
  readBatchResults,
  writeBatchResults,
} from '../../operations/results/batch-results.ts';
import {
  getResultFile,
  type ResultWaitOptions,
  waitForResultFile,
} from '../../operations/results/result-file.ts';
import { type BatchWaitOptions, waitForBatch } from '../../operations/wait-for-end.ts';
import type { BatchFilter } from '../../ports/store/batch-store.ts';
import type { LookedPage, PageRequest } from '../../ports/store/page.ts';
import type { ResultFileRecord } from '../../ports/store/results/result-store.ts';
import type { ResourceDeps } from './resource-deps.ts';

/**
 * The batches of an app: `app.batches`. A batch is named by its id, by its name for the newest of
 * that name, or as `latest` for the newest of all.
 *
 * @example
 * const { id } = await app.batches.start('orders');
 * await app.batches.wait(id);
 * console.log(await app.batches.report(id));
 */
export class Batches<Name extends string = string> {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /**
   * Lists batches, newest first. A page looks at 20,000 batches at most, and says how far back it
   * came: it may have fewer entries than asked for, and a next page.
   */
  list(
    filter: BatchFilter = {},
    page: PageRequest = { limit: 100 },
  ): Promise<LookedPage<BatchSummary>> {
    return listBatches(this.#deps.lists, filter, page);
  }

  /** Returns one batch with its counters; throws UNKNOWN_BATCH. */
  get(id: string): Promise<BatchSummary> {
    return getBatch(this.#deps.context, id);
  }

  /**
   * Returns the figures of a batch, with those of the app's own `summarize`: it may read every
   * execution of the batch. Throws UNKNOWN_BATCH.
   */
  report(id: string): Promise<BatchReport> {
    return getBatchReport(this.#deps.context, id);
  }

  /**
   * Reads the result of each item, in the order of the items: its input, output and error. Memory
   * does not grow with the batch. Throws UNKNOWN_BATCH.
   *
   * @example
   * for await (const { index, error } of app.batches.results('orders')) console.log(index, error);
   */
  results(id: string, selection?: ResultSelection): AsyncIterable<BatchResult> {
    return readBatchResults(this.#deps.context, id, selection);
  }

  /** Prints the results as JSON Lines, CSV or JSON, a page at a time. Throws UNKNOWN_BATCH. */
  printResults(id: string, options: PrintOptions): AsyncIterable<ResultText> {
    return printBatchResults(this.#deps.context, id, options);
  }

  /**
   * Writes the results to a file or to `s3://BUCKET/KEY`, which appears when it is complete. Throws
   * UNKNOWN_BATCH, FILE_NOT_WRITABLE, or STOPPED when its signal aborted.
   */
  writeResults(id: string, output: ResultOutput): ReturnType<typeof writeBatchResults> {
    return writeBatchResults(this.#deps.context, id, output);
  }

  /**
   * Returns what became of the file of the option `results`; null when the batch has none, or has
   * not ended. Throws UNKNOWN_BATCH.
   */
  resultFile(id: string): Promise<ResultFileRecord | null> {
    return getResultFile(this.#deps.context, id);
  }

  /** Waits until the file of the option `results` is written or given up; null without one. */
  waitForResults(id: string, options?: ResultWaitOptions): Promise<ResultFileRecord | null> {
    return waitForResultFile(this.#deps.context, id, options);
  }

  /**
   * Starts a batch of the configuration, by its name; `changes` replace what the configuration
   * says. A leader fans it out. Throws UNKNOWN_BATCH, UNKNOWN_HANDLER, UNKNOWN_TRANSFORMER,
   * INVALID_ARGUMENT or FILE_NOT_READABLE, or CONFLICT for an id that was used with other
   * arguments, and records nothing then.
   *
   * @example
   * await app.batches.start('orders', { path: 'in/{date:yyyyMMdd}.csv', id: 'orders-2026-05-01' });
   */
  async start(name: Name, changes: BatchChanges = {}): Promise<BatchStart> {
    const batch = await startConfiguredBatch(this.#deps.context, name, changes);
    this.#deps.roles.wakeLeader();
    return batch;
  }

  /**
   * Stops the fan-out of a batch; executions that were recorded continue, or are held back with
   * `hold`. Throws UNKNOWN_BATCH, or CONFLICT when the batch cannot pause.
   */
  pause(id: string, options?: PauseOptions): Promise<BatchSummary> {
    return pauseBatch(this.#deps.context, id, options);
  }

  /**
   * Continues a paused batch. Throws UNKNOWN_BATCH, or CONFLICT when it has ended.
   * @param _reason stands in the log of changes
   */
  resume(id: string, _reason?: string): Promise<BatchSummary> {
    return resumeBatch(this.#deps.context, id);
  }

  /**
   * Returns the newest open batch of this name, resumed if it was paused; when all have ended, the
   * newest as it ended. Throws UNKNOWN_BATCH.
   */
  resumeNewest(name: string): Promise<BatchSummary> {
    return resumeNewestBatch(this.#deps.context, name);
  }

  /**
   * Stops a batch and its open executions; it becomes ABORTED when the last of them has stopped.
   * Throws UNKNOWN_BATCH, or CONFLICT when it has ended otherwise.
   */
  cancel(id: string, reason?: string): Promise<BatchSummary> {
    return cancelBatch(this.#deps.context, id, reason);
  }

  /**
   * Deletes a batch that has ended, with its executions and all figures. Throws UNKNOWN_BATCH, or
   * CONFLICT when it is open, or when later executions need some of it.
   */
  delete(id: string): Promise<DeletedBatch> {
    return deleteBatch(this.#deps.context, id);
  }

  /** Waits until a batch has ended or is paused. Throws UNKNOWN_BATCH. */
  wait(id: string, options?: BatchWaitOptions): Promise<BatchSummary> {
    return waitForBatch(this.#deps.context, id, options);
  }
}
