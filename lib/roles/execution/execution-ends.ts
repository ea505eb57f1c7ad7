import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { type ExecutionStatus, isEnd } from '../../engine/status.ts';
import type { BusEvent, EventBus, ExecutionEvents } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Checkpoint } from '../../ports/store/checkpoint-store.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import { GroupWriter } from './group-writer.ts';

/** What {@link ExecutionEnds} is constructed from, and what it publishes. */
export interface ExecutionEndsOptions {
  readonly events: EventBus;
  readonly metrics: Metrics;
  /** Receives each failed attempt, at `info`. */
  readonly logger: Logger;
  /** Which ends are published. */
  readonly published: ExecutionEvents;
  /** The type of the published events. */
  readonly eventType: string;
}

/** Maximum number of events in one publish; the bus sends them in pages of its own. */
const groupMax = 1_000;

const failures: ReadonlySet<ExecutionStatus> = new Set(['FAILED', 'TIMED_OUT']);

/**
 * Publishes the ends of executions to the event bus after they were written to the store, in groups
 * and without delaying other work. Most ends are published at least once, in no particular order;
 * an end that the store writes itself (a task cancelled before it started) is not published.
 *
 * The children of a distributed Map are left out: the end of their parent covers them.
 */
export class ExecutionEnds {
  readonly #options: ExecutionEndsOptions;
  readonly #writer: GroupWriter<BusEvent, undefined>;

  constructor(options: ExecutionEndsOptions) {
    this.#options = options;
    this.#writer = new GroupWriter(async (group) => {
      await options.events.publish(group);
      return group.map(() => undefined);
    }, groupMax);
  }

  /**
   * Counts and publishes the end of an execution, if the checkpoint is one; counts a failure that
   * is retried, and logs every failed attempt.
   * @param checkpoint has been written
   * @param at when it was written, in milliseconds since 1970
   */
  record(claimed: ClaimedExecution, checkpoint: Checkpoint, at: number): void {
    const { status } = checkpoint;
    const { metrics, published } = this.#options;
    if (checkpoint.attempts > claimed.attempts) this.#logFailure(claimed, checkpoint);
    if (status === 'PENDING_REDRIVE' && checkpoint.attempts > claimed.attempts) {
      metrics.count('retried', 1, { error: checkpoint.error ?? status });
    }
    if (!isEnd(status)) return;
    metrics.count('ended', 1, { machine: claimed.machineId, status });
    metrics.observe('executionDuration', Math.max(0, at - claimed.createdAt) / 1_000, {
      machine: claimed.machineId,
    });
    if (failures.has(status)) metrics.count('failed', 1, { error: checkpoint.error ?? status });
    if (published === 'none' || (published === 'failures' && !failures.has(status))) return;
    if (isChildMachine(claimed.machineId)) return;
    void this.#writer.add(this.#toEvent(claimed, checkpoint, at));
  }

  /** Without the cause: it may hold data of the execution. The archive and the history have it. */
  #logFailure({ id, batchId, machineId }: ClaimedExecution, checkpoint: Checkpoint): void {
    const { status, attempts, dueInMs, failedState, error } = checkpoint;
    const isRetried = status === 'PENDING_REDRIVE';
    this.#options.logger.info(isRetried ? 'attempt failed: retrying' : 'attempt failed: ended', {
      executionId: id,
      batchId,
      machineId,
      state: failedState,
      error: error ?? status,
      attempt: attempts,
      ...(isRetried ? { delayMs: dueInMs } : { status }),
    });
  }

  /** Resolves when all recorded ends have been published. */
  flush(): Promise<void> {
    return this.#writer.idle();
  }

  #toEvent(claimed: ClaimedExecution, { status, error }: Checkpoint, at: number): BusEvent {
    const { id, name, machineId, batchId } = claimed;
    return {
      type: this.#options.eventType,
      detail: { executionId: id, name, machineId, batchId, status, error },
      at,
    };
  }
}

/** Neither counts nor publishes ends. */
export const noExecutionEnds: Pick<ExecutionEnds, 'record'> = Object.freeze({ record: () => {} });
