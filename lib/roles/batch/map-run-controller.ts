/**
 * What the counters of a map run mean for it, carried out: it goes on, or it ends and its parent is
 * answered. A run that has to fail, or whose parent waits for it no more, is stopped first: that
 * is remembered, its children are aborted, and when the last has ended so has the run.
 *
 * Each step may be done again by another leader after a crash: the same children give the same
 * result and the same files, and a parent hears a second answer no more.
 */
import { isObject, type Json } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { endedOf, inFlightOf } from '../../batch/batch-tally.ts';
import type { MapRunBatch } from '../../batch/map-run/map-run-batch.ts';
import { MapRunFailure } from '../../batch/map-run/map-run-failure.ts';
import { exceedsTolerated, toleranceFailure } from '../../batch/map-run/tolerance.ts';
import { hasCode } from '../../errors.ts';
import type { BatchStore, LeasedBatch } from '../../ports/batch-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { ExecutionStore } from '../../ports/execution-store.ts';
import type { Logger } from '../../ports/logger.ts';
import { encodeSignal } from '../callbacks/signal-event.ts';
import type { SignalRouter } from '../callbacks/signal-router.ts';
import { isWaitedFor } from '../callbacks/waiting-parent.ts';
import type { UntimedEvent } from '../execution/answer-events.ts';
import { type AbortDeps, abortOpen } from './batch-abort.ts';
import { changeBatch } from './batch-progress.ts';
import { gatherResult, type MapRunResultDeps, resultsOf } from './map-run-result.ts';

/** What a judge looks at, and what it acts by. */
export interface MapRunControllerDeps extends MapRunResultDeps, AbortDeps {
  readonly store: AbortDeps['store'] &
    Pick<BatchStore, 'rememberBatch' | 'transitionBatch'> &
    Pick<ExecutionStore, 'getExecution' | 'listResults'>;
  readonly signalRouter: Pick<SignalRouter, 'send'>;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly logger: Logger;
  /**
   * How often is looked at what the counters of a map run do not tell, in milliseconds: whether its
   * parent still waits, and how many items failed batches had.
   */
  readonly lookMs: number;
}

/** Why a run is stopped; without an error it is because nobody waits for it. */
interface Stopping {
  readonly error: string | null;
  readonly cause: string;
}

type Answer = Extract<UntimedEvent, { type: 'commandSucceeded' | 'commandFailed' }>;

/** The error of a Map whose run a person aborted. */
const abortedError = 'Millrace.Aborted';

/** See this file's head; one for each run that a leader has in hand. */
export class MapRunController {
  readonly #parts: MapRunControllerDeps;
  readonly #mapRun: MapRunBatch;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #childrenAborted = false;

  constructor(parts: MapRunControllerDeps, mapRun: MapRunBatch) {
    this.#parts = parts;
    this.#mapRun = mapRun;
  }

  /** Whether more of the run may be fanned out. */
  async judge(batch: LeasedBatch): Promise<boolean> {
    const stopping = batch.memory === null ? null : (JSON.parse(batch.memory) as Stopping);
    if (stopping !== null) return this.#stop(batch, stopping);
    if (batch.abortReason !== null) {
      return this.#beginStop(batch, { error: abortedError, cause: batch.abortReason });
    }
    const allEnded = batch.sourceDone && inFlightOf(batch) === 0;
    const looks = allEnded || this.#looksAgain();
    if (await this.#exceedsTolerated(batch, looks)) return this.fail(batch, toleranceFailure());
    if (allEnded) return this.#finish(batch);
    if (looks && !(await isWaitedFor(this.#parts.store, this.#mapRun.parent))) {
      return this.#beginStop(batch, { error: null, cause: 'its parent waits for it no more' });
    }
    return true;
  }

  /** Stops a run for which `reason` leaves no way on; what may pass by itself is thrown again. */
  async fail(batch: LeasedBatch, reason: unknown): Promise<false> {
    if (reason instanceof MapRunFailure) {
      return this.#beginStop(batch, { error: reason.error, cause: reason.causeText });
    }
    if (!hasCode(reason) || reason.retryable) throw reason;
    return this.#beginStop(batch, { error: ErrorName.runtime, cause: reason.message });
  }

  async #finish(batch: LeasedBatch): Promise<false> {
    const { run, parent } = this.#mapRun;
    let result: Json;
    try {
      result = await gatherResult(this.#parts, batch.id, run);
    } catch (error) {
      return this.fail(batch, error);
    }
    await this.#answer({ type: 'commandSucceeded', command: parent.command, result });
    await changeBatch(this.#parts, batch, 'SUCCEEDED', null);
    return false;
  }

  /** No more than that: children may have been recorded since the counters were read. */
  async #beginStop({ id, fence }: LeasedBatch, stopping: Stopping): Promise<false> {
    await this.#parts.store.rememberBatch(id, fence, JSON.stringify(stopping));
    return false;
  }

  async #stop(batch: LeasedBatch, { error, cause }: Stopping): Promise<false> {
    if (inFlightOf(batch) > 0) {
      await this.#abortChildren(batch.id);
      return false;
    }
    if (error !== null) {
      const { command } = this.#mapRun.parent;
      await this.#answer({ type: 'commandFailed', command, error, cause });
    }
    const status = error === null || batch.abortReason !== null ? 'ABORTED' : 'FAILED';
    const reason = error === null ? cause : `${error}: ${cause}`;
    await changeBatch(this.#parts, batch, status, reason);
    return false;
  }

  async #abortChildren(batchId: string): Promise<void> {
    if (this.#childrenAborted) return;
    await abortOpen(this.#parts, batchId);
    this.#childrenAborted = true;
  }

  async #answer(event: Answer): Promise<void> {
    const { executionId } = this.#mapRun.parent;
    await this.#parts.signalRouter.send([{ executionId, event: encodeSignal(event) }]);
  }

  /** A batch of items fails with all of them, so they are counted where there are batches. */
  async #exceedsTolerated(batch: LeasedBatch, looks: boolean): Promise<boolean> {
    const { batching, tolerated } = this.#mapRun.run;
    const failed = endedOf(batch) - batch.succeeded;
    if (failed === 0) return false;
    const hasLimit = tolerated.count !== null || tolerated.percentage !== null;
    if (batching === null || !hasLimit) {
      return exceedsTolerated(
        { failed, total: batch.sourceDone ? batch.created : null },
        tolerated,
      );
    }
    if (!looks) return false;
    const items = await this.#countItems(batch.id);
    return exceedsTolerated(
      { failed: items.failed, total: batch.sourceDone ? items.total : null },
      tolerated,
    );
  }

  async #countItems(batchId: string): Promise<{ readonly failed: number; readonly total: number }> {
    let failed = 0;
    let total = 0;
    for await (const { status, input, endedAt } of resultsOf(this.#parts.store, batchId)) {
      const items = itemsIn(JSON.parse(input));
      total += items;
      if (endedAt !== null && status !== 'SUCCEEDED') failed += items;
    }
    return { failed, total };
  }

  #looksAgain(): boolean {
    const now = this.#parts.clock.now();
    if (now - this.#lookedAt < this.#parts.lookMs) return false;
    this.#lookedAt = now;
    return true;
  }
}

/** A batch that was too large to be kept is one item. */
function itemsIn(input: Json): number {
  return isObject(input) && Array.isArray(input.Items) ? input.Items.length : 1;
}
