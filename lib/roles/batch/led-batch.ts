import { parseBatchOptions } from '../../batch/batch-options.ts';
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { unreachableFailure } from '../../batch/map-run/map-run-failure.ts';
import { assert, hasCode, type MillraceError, messageOf } from '../../errors.ts';
import type { BatchStore, LeasedBatch } from '../../ports/store/batch-store.ts';
import { BatchAbort } from './batch-abort.ts';
import { BatchFanOut, type BatchFanOutDeps, type FanOutTurn } from './batch-fan-out.ts';
import { BatchOverlap, type BatchOverlapDeps } from './batch-overlap.ts';
import { BatchReader, type BatchReaderDeps } from './batch-reader.ts';
import { type BatchCourse, setBatchStatus, updateBatchStatus } from './batch-status.ts';
import type { LeftBatches } from './left-batches.ts';
import { MapRunController, type MapRunControllerDeps } from './map-run-controller.ts';
import { type FailedRead, SourceBackoff } from './source-backoff.ts';

/** What a {@link LedBatch} is constructed from, besides its lease. */
export interface LedBatchDeps extends BatchReaderDeps, BatchFanOutDeps, MapRunControllerDeps {
  readonly store: BatchReaderDeps['store'] &
    BatchFanOutDeps['store'] &
    MapRunControllerDeps['store'] &
    BatchOverlapDeps['store'] &
    Pick<BatchStore, 'getBatch'>;
  readonly objects: BatchReaderDeps['objects'];
  readonly metrics: BatchFanOutDeps['metrics'];
  /** How long the files of a map run may be unreachable before it fails, in milliseconds. */
  readonly unreachableMsMax: number;
  /** The batches that this leader leaves to other leaders. */
  readonly leftBatches: Pick<LeftBatches, 'leave' | 'forget'>;
}

/** The parts of a batch whose row has been read. */
interface OpenBatch {
  readonly reader: BatchReader;
  readonly fanOut: BatchFanOut;
  readonly overlap: BatchOverlap;
  /** Null for a batch that is no map run. */
  readonly mapRun: MapRunController | null;
}

const idleTurn: FanOutTurn = Object.freeze({ recorded: 0, hasMore: false });

/** The turn of a batch whose reason tells why it does not go on. */
const blockedTurn: FanOutTurn = Object.freeze({ recorded: 0, hasMore: false });

/**
 * One batch while a leader holds its lease. Each step updates its status and fans out more of it. A
 * paused batch is leased when nothing of it is left to do, and ended.
 *
 * A batch that this leader cannot lead (its file is missing, its transformer unknown) is left to
 * other leaders, which may run another version of the program, and paused with the reason when none
 * can lead it; a map run fails instead, because no operator watches it. A batch whose files are
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
    if (batch.status === 'PAUSED') return await this.#endPaused(batch);
    if (this.#backoff.isWaiting) return idleTurn;
    try {
      const turn = await this.#advance(batch, signal);
      this.#deps.leftBatches.forget(this.#id);
      if (turn !== blockedTurn) await this.#clearReason(batch);
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
    const { fanOut, overlap } = this.#open;
    const course = await this.#decideCourse(this.#open, batch);
    if (course.kind === 'halt') return idleTurn;
    if (course.kind === 'stop') {
      await this.#abort.stop(batch, course.reason);
      return blockedTurn;
    }
    if (await overlap.mustWait(batch)) return blockedTurn;
    return fanOut.run(batch, signal, course.inFlightMax);
  }

  async #decideCourse({ reader, mapRun }: OpenBatch, batch: LeasedBatch): Promise<BatchCourse> {
    if (mapRun === null) return updateBatchStatus(this.#deps, batch, reader.options);
    const continues = await mapRun.updateStatus(batch);
    return continues ? { kind: 'fanOut', inFlightMax: Infinity } : { kind: 'halt' };
  }

  /** Its source may be unreadable by now, and is not needed. */
  async #endPaused(batch: LeasedBatch): Promise<FanOutTurn> {
    const record = await this.#deps.store.getBatch(this.#id);
    assert(record !== null, 'a leased batch is in the store');
    const options = parseBatchOptions(JSON.parse(record.options), this.#id);
    const course = await updateBatchStatus(this.#deps, batch, options);
    if (course.kind === 'stop') await this.#abort.stop(batch, course.reason);
    return idleTurn;
  }

  async #read(): Promise<OpenBatch> {
    const batch = await this.#deps.store.getBatch(this.#id);
    assert(batch !== null, 'a leased batch is in the store');
    const reader = new BatchReader(batch, this.#deps);
    const fanOut = new BatchFanOut(this.#deps, reader);
    const mapRun = reader.mapRun && new MapRunController(this.#deps, reader.mapRun);
    const overlap = new BatchOverlap(this.#deps, reader.options);
    return { reader, fanOut, overlap, mapRun };
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
    } else if (
      !dependsOnProgram(error, this.#open !== null) ||
      !(await this.#leave(batch, error))
    ) {
      await setBatchStatus(this.#deps, batch, 'PAUSED', messageOf(error));
    }
  }

  /** Leaves the batch to other leaders; returns false when none has been able to lead it. */
  async #leave({ reason }: LeasedBatch, { message }: MillraceError): Promise<boolean> {
    const { store, logger, leftBatches } = this.#deps;
    const batchId = this.#id;
    // A leader that could lead it has cleared the reason.
    if (!leftBatches.leave(batchId, reason === null)) return false;
    if (reason !== null) return true;
    logger.warn('batch cannot be led here: left to other leaders', { batchId, error: message });
    const waiting = `waits for a leader that can lead it: ${message}`;
    await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'RUNNING', reason: waiting });
    return true;
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
    logger.info('batch unblocked: it continues', { batchId });
  }
}

function isUnreachable(error: unknown): error is MillraceError {
  return hasCode(error, 'FILE_NOT_READABLE', 'FILE_NOT_WRITABLE') && error.retryable;
}

/** Whether a leader that runs another version of the program, or on another host, may succeed. */
function dependsOnProgram(error: MillraceError, isOpen: boolean): boolean {
  if (hasCode(error, 'FILE_NOT_READABLE')) return true;
  return !isOpen && hasCode(error, 'UNKNOWN_TRANSFORMER', 'UNKNOWN_MACHINE', 'INVALID_ARGUMENT');
}
