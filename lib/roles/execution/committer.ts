import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Checkpoint, CheckpointStore } from '../../ports/store/checkpoint-store.ts';
import type { Store } from '../../ports/store/store.ts';
import type { BackoffSchedule } from '../../retry/backoff.ts';
import { pause } from '../../retry/pause.ts';
import { RepeatedFailureLogger } from '../../retry/repeated-failure-logger.ts';
import { forRetryableErrors, retry } from '../../retry/retry.ts';
import { GroupWriter } from './group-writer.ts';

/** What a {@link Committer} is constructed from, and its limits. */
export interface CommitterOptions {
  readonly store: CheckpointStore & Pick<Store, 'gatherMs'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /**
   * Maximum number of checkpoints in one statement. @default 200 (measured: larger groups gain
   * nothing)
   */
  readonly groupMax?: number;
  /** Maximum time to retry an unreachable database, in milliseconds; the lease's length. */
  readonly retryMsMax: number;
}

/** Delays between the attempts to write a group. */
const commitBackoff: BackoffSchedule = Object.freeze({ firstMs: 50, maxMs: 2_000 });

/**
 * Writes the checkpoints of many executions in few statements (group commit). An unreachable
 * database is retried for as long as the worker's lease may still be valid: writing a checkpoint is
 * idempotent.
 */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #writer: GroupWriter<Checkpoint, boolean>;
  readonly #failureLogger: RepeatedFailureLogger;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#failureLogger = new RepeatedFailureLogger(options);
    const { store, clock, groupMax = 200 } = options;
    const { gatherMs = 0 } = store;
    const gather = gatherMs > 0 ? () => pause(clock, gatherMs) : undefined;
    this.#writer = new GroupWriter((group) => this.#write(group), groupMax, gather);
  }

  /**
   * Writes a checkpoint. Resolves with false when another worker holds the execution by now: the
   * caller must stop, and write nothing more.
   */
  commit(checkpoint: Checkpoint): Promise<boolean> {
    return this.#writer.add(checkpoint);
  }

  /** Resolves when every checkpoint added so far has been answered. */
  idle(): Promise<void> {
    return this.#writer.idle();
  }

  async #write(group: readonly Checkpoint[]): Promise<boolean[]> {
    const { store, clock, metrics, retryMsMax } = this.#options;
    const startedAt = clock.now();
    const written = await retry(() => store.commit(group), {
      clock,
      policyFor: forRetryableErrors({ backoff: commitBackoff, elapsedMsMax: retryMsMax }),
      onRetry: ({ error, delayMs }) =>
        this.#failureLogger.failed('warn', 'checkpoints not written: retrying', {
          checkpoints: group.length,
          pauseMs: delayMs,
          error: messageOf(error),
        }),
    });
    this.#failureLogger.recovered('checkpoints written again');
    metrics.observe('commitMs', clock.now() - startedAt);
    metrics.observe('commitGroup', group.length);
    return group.map(({ executionId }) => written.has(executionId));
  }
}
