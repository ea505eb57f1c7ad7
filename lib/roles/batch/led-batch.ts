import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { unreachableFailure } from '../../batch/map-run/map-run-failure.ts';
import { assert, hasCode, type MillraceError, messageOf } from '../../errors.ts';
import type { BatchStore, LeasedBatch } from '../../ports/store/batch-store.ts';
import { BatchAbort } from './batch-abort.ts';
import { BatchFanOut, type BatchFanOutDeps, type FanOutTurn } from './batch-fan-out.ts';
import { BatchReader, type BatchReaderDeps } from './batch-reader.ts';
import { setBatchStatus, updateBatchStatus } from './batch-status.ts';
import { MapRunController, type MapRunControllerDeps } from './map-run-controller.ts';
import { type FailedRead, SourceBackoff } from './source-backoff.ts';

/** What a {@link LedBatch} is constructed from, besides its lease. */
export interface LedBatchDeps extends BatchReaderDeps, BatchFanOutDeps, MapRunControllerDeps {
  readonly store: BatchReaderDeps['store'] &
    BatchFanOutDeps['store'] &
    MapRunControllerDeps['store'] &
    Pick<BatchStore, 'getBatch'>;
  readonly objects: BatchReaderDeps['objects'];
  readonly metrics: BatchFanOutDeps['metrics'];
  /** How long the files of a map run may be unreachable before it fails, in milliseconds. */
  readonly unreachableMsMax: number;
}

/** The parts of a batch whose row has been read. */
interface OpenBatch {
  readonly reader: BatchReader;
  readonly fanOut: BatchFanOut;
  /** Null for a batch that is no map run. */
  readonly mapRun: MapRunController | null;
}

const idleTurn: FanOutTurn = Object.freeze({ recorded: 0, hasMore: false });

/**
 * One batch while a leader holds its lease. Each step updates its status and fans out more of it.
 *
 * A batch that cannot be led (its file is missing, its transformer unknown) is paused with the
 * reason; a map run fails instead, because no operator watches it. A batch whose files are
 * unreachable is retried with backoff, and its reason says so until it continues; a map run fails
 * when that lasts.
 */
export class LedBatch {
  readonly #deps: LedBatchDeps;
  readonly #id: string;
  /** The fence of the lease. Under another fence the batch needs a new instance. */
  readonly fence: number;
  readonly #abort: BatchAbort;
  readonly #backoff: SourceBackoff;
  #open: OpenBatch | null = null;

  constructor(deps: LedBatchDeps, { id, fence }: Pick<LeasedBatch, 'id' | 'fence'>) {
    this.#deps = deps;
    this.#id = id;
    this.fence = fence;
    this.#abort = new BatchAbort(deps);
    this.#backoff = new SourceBackoff(deps.clock);
  }

  /**
   * Takes one step with the row as it was leased. Throws retryable errors and bugs; the step is
   * then safe to repeat.
   */
  async step(batch: LeasedBatch, signal: AbortSignal): Promise<FanOutTurn> {
    // A batch that cannot be opened can still be aborted. A map run is aborted by its controller.
    if (batch.abortReason !== null && !isChildMachine(batch.machineId)) {
      await this.#abort.step(batch);
      return idleTurn;
    }
    if (this.#backoff.isWaiting) return idleTurn;
    try {
      const turn = await this.#advance(batch, signal);
      await this.#clearReason(batch);
      return turn;
    } catch (error) {
      await this.#handleFailure(batch, error);
      return idleTurn;
    }
  }

  /** Closes its source. */
  async close(): Promise<void> {
    await this.#open?.reader.close();
  }

  async #advance(batch: LeasedBatch, signal: AbortSignal): Promise<FanOutTurn> {
    this.#open ??= await this.#read();
    const { reader, fanOut, mapRun } = this.#open;
    const continues =
      mapRun === null
        ? await updateBatchStatus(this.#deps, batch, reader.options)
        : await mapRun.updateStatus(batch);
    return continues ? fanOut.run(batch, signal) : idleTurn;
  }

  async #read(): Promise<OpenBatch> {
    const batch = await this.#deps.store.getBatch(this.#id);
    assert(batch !== null, 'a leased batch is in the store');
    const reader = new BatchReader(batch, this.#deps);
    const fanOut = new BatchFanOut(this.#deps, reader);
    const mapRun = reader.mapRun && new MapRunController(this.#deps, reader.mapRun);
    return { reader, fanOut, mapRun };
  }

  async #handleFailure(batch: LeasedBatch, error: unknown): Promise<void> {
    if (this.#open !== null && isUnreachable(error)) {
      await this.#handleUnreachable(batch, error, this.#open.mapRun);
    } else if (this.#open !== null && this.#open.mapRun !== null) {
      await this.#open.mapRun.fail(batch, error);
    } else if (batch.abortReason !== null) {
      await this.#abort.step(batch);
    } else if (!hasCode(error) || error.retryable) {
      throw error;
    } else {
      await setBatchStatus(this.#deps, batch, 'PAUSED', messageOf(error));
    }
  }

  async #handleUnreachable(
    batch: LeasedBatch,
    error: MillraceError,
    mapRun: MapRunController | null,
  ): Promise<void> {
    const failed = this.#backoff.failed();
    if (mapRun !== null && failed.lastedMs >= this.#deps.unreachableMsMax) {
      await mapRun.fail(batch, unreachableFailure(error, failed.lastedMs));
    } else {
      await this.#reportUnreachable(error, failed);
    }
  }

  async #reportUnreachable(
    { message }: MillraceError,
    { attempts, pauseMs }: FailedRead,
  ): Promise<void> {
    const { store, logger } = this.#deps;
    const batchId = this.#id;
    const fields = { batchId, attempts, pauseMs, error: message };
    logger.warn('batch files unreachable: retrying with backoff', fields);
    const reason = `its files are unreachable, retrying: ${message}`;
    await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'RUNNING', reason });
  }

  async #clearReason({ reason }: LeasedBatch): Promise<void> {
    this.#backoff.reset();
    if (reason === null) return;
    const { store, logger } = this.#deps;
    const batchId = this.#id;
    const change = { batchId, from: ['RUNNING'], to: 'RUNNING', reason: null } as const;
    if (!(await store.transitionBatch(change))) return;
    logger.info('batch resumed: files reachable again', { batchId });
  }
}

function isUnreachable(error: unknown): error is MillraceError {
  return hasCode(error, 'FILE_NOT_READABLE', 'FILE_NOT_WRITABLE') && error.retryable;
}
