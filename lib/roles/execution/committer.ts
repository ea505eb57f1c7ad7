/**
 * Makes the steps of many executions durable in few statements (group commit). A database that does
 * not answer is asked again for as long as the worker's lease could still hold; a checkpoint is
 * safe to write twice.
 */
import { hasCode, messageOf } from '../../errors.ts';
import { type Clock, pause } from '../../ports/clock.ts';
import type { Checkpoint, ExecutionStore } from '../../ports/execution-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Store } from '../../ports/store.ts';
import { RepeatedFailure } from '../../retry/repeated-failure.ts';
import { GroupWriter } from './group-writer.ts';

export interface CommitterOptions {
  readonly store: Pick<ExecutionStore, 'commit'> & Pick<Store, 'gatherMs'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Checkpoints in one statement at most. @default 200 (measured: larger groups gain nothing) */
  readonly groupMax?: number;
  /** Longest time an unreachable database is asked again, in milliseconds; the lease's length. */
  readonly patienceMs: number;
}

const retryPauseMs = Object.freeze({ first: 50, last: 2_000 });

export class Committer {
  readonly #options: CommitterOptions;
  readonly #writer: GroupWriter<Checkpoint, boolean>;
  readonly #trouble: RepeatedFailure;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#trouble = new RepeatedFailure(options);
    const { store, clock, groupMax = 200 } = options;
    const { gatherMs = 0 } = store;
    const gather = gatherMs > 0 ? () => pause(clock, gatherMs) : undefined;
    this.#writer = new GroupWriter((group) => this.#write(group), groupMax, gather);
  }

  /**
   * True when written; false when another worker holds the execution by now: stop, and write
   * nothing more.
   */
  commit(checkpoint: Checkpoint): Promise<boolean> {
    return this.#writer.add(checkpoint);
  }

  /** Resolves when every checkpoint given so far is answered. */
  idle(): Promise<void> {
    return this.#writer.idle();
  }

  async #write(group: readonly Checkpoint[]): Promise<boolean[]> {
    const { store, clock, metrics, patienceMs } = this.#options;
    const startedAt = clock.now();
    for (let tries = 0; ; tries += 1) {
      try {
        const written = await store.commit(group);
        this.#trouble.worked('checkpoints are written again');
        metrics.observe('commitMs', clock.now() - startedAt);
        metrics.observe('commitGroup', group.length);
        return group.map(({ executionId }) => written.has(executionId));
      } catch (error) {
        const waited = clock.now() - startedAt;
        if (!hasCode(error) || !error.retryable || waited > patienceMs) throw error;
        const pauseMs = Math.min(retryPauseMs.first * 2 ** tries, retryPauseMs.last);
        this.#trouble.failed('warn', 'checkpoints were not written and are tried again', {
          checkpoints: group.length,
          pauseMs,
          error: messageOf(error),
        });
        await pause(clock, pauseMs);
      }
    }
  }
}
