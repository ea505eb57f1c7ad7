/**
 * Tells the bus that executions have ended, once the end stands in the store: many at a time, while
 * the work goes on. The bus is told at least once of most ends and of none in a certain order; what
 * the store writes by itself (a task cancelled before it began) is not told.
 *
 * The children of a distributed Map are left out: their parent's end tells of them.
 */
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { type ExecutionStatus, isEnd } from '../../engine/status.ts';
import type { BusEvent, EventBus } from '../../ports/event-bus.ts';
import type { Checkpoint, ClaimedExecution } from '../../ports/execution-store.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { GroupWriter } from './group-writer.ts';

/** Whose ends are told; `failures`: of those that FAILED or TIMED_OUT. */
export type ExecutionEvents = 'all' | 'failures' | 'none';

export interface ExecutionEndsOptions {
  readonly events: EventBus;
  readonly metrics: Metrics;
  readonly which: ExecutionEvents;
  /** The type of the events. */
  readonly eventType: string;
}

/** Events told in one go at most; the bus pages below it. */
const groupMax = 1_000;

const failures: ReadonlySet<ExecutionStatus> = new Set(['FAILED', 'TIMED_OUT']);

/** See this file's head. */
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

  /** A checkpoint of the execution stands. @param at when, in milliseconds since 1970 */
  see(claimed: ClaimedExecution, checkpoint: Checkpoint, at: number): void {
    const { status } = checkpoint;
    if (!isEnd(status)) return;
    const { metrics, which } = this.#options;
    metrics.count('ended', 1, { status });
    if (failures.has(status)) metrics.count('failed');
    if (which === 'none' || (which === 'failures' && !failures.has(status))) return;
    if (isChildMachine(claimed.machineId)) return;
    void this.#writer.add(this.#eventOf(claimed, checkpoint, at));
  }

  /** Resolves when all that was seen has been told. */
  told(): Promise<void> {
    return this.#writer.idle();
  }

  #eventOf(claimed: ClaimedExecution, { status, error }: Checkpoint, at: number): BusEvent {
    const { id, name, machineId, batchId } = claimed;
    return {
      type: this.#options.eventType,
      detail: { executionId: id, name, machineId, batchId, status, error },
      at,
    };
  }
}
