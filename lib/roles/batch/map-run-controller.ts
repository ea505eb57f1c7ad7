import { isObject, type Json } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { countEnded, countInFlight } from '../../batch/batch-tally.ts';
import type { MapRunBatch } from '../../batch/map-run/map-run-batch.ts';
import { MapRunFailure } from '../../batch/map-run/map-run-failure.ts';
import {
  encodeMapRunMemory,
  type MapRunMemory,
  type MapRunStop,
  parseMapRunMemory,
} from '../../batch/map-run/map-run-memory.ts';
import { exceedsTolerated, toleranceFailure } from '../../batch/map-run/tolerance.ts';
import type { UntimedEvent } from '../../engine/event.ts';
import type { ToleratedFailures } from '../../engine/map-run/map-run-spec.ts';
import { hasCode } from '../../errors.ts';
import type { BatchQueries } from '../../ports/store/batch-queries.ts';
import type { BatchStore, LeasedBatch } from '../../ports/store/batch-store.ts';
import type { ExecutionStore } from '../../ports/store/execution-store.ts';
import { encodeSignal } from '../callbacks/signal-event.ts';
import type { SignalRouter } from '../callbacks/signal-router.ts';
import { isWaitedFor } from '../callbacks/waiting-parent.ts';
import { type AbortExecutionsDeps, abortOpenExecutions } from './batch-abort.ts';
import { type SetBatchStatusDeps, setBatchStatus } from './batch-status.ts';
import { collectResult, type MapRunResultDeps, readResults } from './map-run-result.ts';

/** What a {@link MapRunController} is constructed from, besides its run. */
export interface MapRunControllerDeps
  extends MapRunResultDeps,
    AbortExecutionsDeps,
    SetBatchStatusDeps {
  readonly store: AbortExecutionsDeps['store'] &
    SetBatchStatusDeps['store'] &
    Pick<BatchStore, 'saveBatchMemory'> &
    Pick<ExecutionStore, 'getExecution'> &
    Pick<BatchQueries, 'listResults'>;
  readonly signalRouter: Pick<SignalRouter, 'send'>;
  /**
   * Time between two checks of what the counters of the run do not show, in milliseconds: whether
   * its parent still waits, and how many items the failed batches had.
   */
  readonly mapRunCheckMs: number;
}

type Answer = Extract<UntimedEvent, { type: 'commandSucceeded' | 'commandFailed' }>;

/** The error of a Map whose run was aborted by a user. */
const abortedError = 'Millrace.Aborted';

/**
 * Controls one map run: stops or ends it as its counters say, and answers its parent. A run that
 * has to fail, or whose parent no longer waits, is stopped in steps: the reason is stored with the
 * batch, the children are aborted, and when the last has ended so has the run.
 *
 * Each step is safe to repeat by another leader after a crash: the same children give the same
 * result and the same files, and the parent ignores a second answer.
 */
export class MapRunController {
  readonly #deps: MapRunControllerDeps;
  readonly #mapRun: MapRunBatch;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #childrenAborted = false;

  constructor(deps: MapRunControllerDeps, mapRun: MapRunBatch) {
    this.#deps = deps;
    this.#mapRun = mapRun;
  }

  /** Stops or ends the run when it has to be. Returns whether more of it may be fanned out. */
  async updateStatus(batch: LeasedBatch): Promise<boolean> {
    const { stop, command } = this.#recall(batch);
    if (stop !== null) return this.#stop(batch, stop);
    if (batch.abortReason !== null) {
      return this.#beginStop(batch, { error: abortedError, cause: batch.abortReason });
    }
    const allEnded = batch.sourceDone && countInFlight(batch) === 0;
    const isCheckDue = allEnded || this.#isCheckDue();
    if (await this.#exceedsTolerated(batch, isCheckDue)) {
      return this.fail(batch, toleranceFailure());
    }
    if (allEnded) return this.#finish(batch);
    if (isCheckDue && !(await this.#isWaitedFor(command))) {
      return this.#beginStop(batch, { error: null, cause: 'its parent no longer waits for it' });
    }
    return true;
  }

  /** Stops a run that cannot continue because of `reason`. Rethrows retryable errors and bugs. */
  async fail(batch: LeasedBatch, reason: unknown): Promise<false> {
    if (reason instanceof MapRunFailure) {
      return this.#beginStop(batch, { error: reason.error, cause: reason.causeText });
    }
    if (!hasCode(reason) || reason.retryable) throw reason;
    return this.#beginStop(batch, { error: ErrorName.runtime, cause: reason.message });
  }

  async #finish(batch: LeasedBatch): Promise<false> {
    const { run } = this.#mapRun;
    const { command } = this.#recall(batch);
    let result: Json;
    try {
      result = await collectResult(this.#deps, batch.id, run);
    } catch (error) {
      return this.fail(batch, error);
    }
    await this.#answer({ type: 'commandSucceeded', command, result });
    await setBatchStatus(this.#deps, batch, 'SUCCEEDED', null);
    return false;
  }

  /** Only stores the reason: children may have been recorded since the counters were read. */
  async #beginStop(batch: LeasedBatch, stop: MapRunStop): Promise<false> {
    const memory = encodeMapRunMemory({ ...this.#recall(batch), stop });
    await this.#deps.store.saveBatchMemory(batch.id, batch.fence, memory);
    return false;
  }

  async #stop(batch: LeasedBatch, { error, cause }: MapRunStop): Promise<false> {
    if (countInFlight(batch) > 0) {
      await this.#abortChildren(batch.id);
      return false;
    }
    if (error !== null) {
      const { command } = this.#recall(batch);
      await this.#answer({ type: 'commandFailed', command, error, cause });
    }
    const status = error === null || batch.abortReason !== null ? 'ABORTED' : 'FAILED';
    const reason = error === null ? cause : `${error}: ${cause}`;
    await setBatchStatus(this.#deps, batch, status, reason);
    return false;
  }

  async #abortChildren(batchId: string): Promise<void> {
    if (this.#childrenAborted) return;
    await abortOpenExecutions(this.#deps, batchId);
    this.#childrenAborted = true;
  }

  #recall({ memory }: LeasedBatch): MapRunMemory {
    return parseMapRunMemory(memory, this.#mapRun.parent);
  }

  #isWaitedFor(command: string): Promise<boolean> {
    const { executionId } = this.#mapRun.parent;
    return isWaitedFor(this.#deps.store, { executionId, command });
  }

  async #answer(event: Answer): Promise<void> {
    const { executionId } = this.#mapRun.parent;
    await this.#deps.signalRouter.send([{ executionId, event: encodeSignal(event) }]);
  }

  /** Whether too many items failed. A failed batch of items fails all of its items. */
  async #exceedsTolerated(batch: LeasedBatch, isCheckDue: boolean): Promise<boolean> {
    const { batching } = this.#mapRun.run;
    const tolerated = this.#findTolerated(batch);
    const failed = countEnded(batch) - batch.succeeded;
    if (failed === 0) return false;
    const hasLimit = tolerated.count !== null || tolerated.percentage !== null;
    if (batching === null || !hasLimit) {
      return exceedsTolerated(
        { failed, total: batch.sourceDone ? batch.created : null },
        tolerated,
      );
    }
    if (!isCheckDue) return false;
    const items = await this.#countItems(batch.id);
    return exceedsTolerated(
      { failed: items.failed, total: batch.sourceDone ? items.total : null },
      tolerated,
    );
  }

  /** What was changed while the run runs counts more than what its definition says. */
  #findTolerated({ toleratedCount, toleratedPercentage }: LeasedBatch): ToleratedFailures {
    const { count, percentage } = this.#mapRun.run.tolerated;
    return {
      count: toleratedCount ?? count,
      percentage: toleratedPercentage ?? percentage,
    };
  }

  async #countItems(batchId: string): Promise<{ readonly failed: number; readonly total: number }> {
    let failed = 0;
    let total = 0;
    for await (const { status, input, endedAt } of readResults(this.#deps.store, batchId)) {
      const items = countItemsIn(JSON.parse(input));
      total += items;
      if (endedAt !== null && status !== 'SUCCEEDED') failed += items;
    }
    return { failed, total };
  }

  #isCheckDue(): boolean {
    const now = this.#deps.clock.monotonicMs();
    if (now - this.#checkedAt < this.#deps.mapRunCheckMs) return false;
    this.#checkedAt = now;
    return true;
  }
}

/** Counts the items of a child's input. A batch that was too large to be stored counts as one. */
function countItemsIn(input: Json): number {
  return isObject(input) && Array.isArray(input.Items) ? input.Items.length : 1;
}
