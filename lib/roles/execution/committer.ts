import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { CheckpointStore } from '../../ports/store/checkpoint-store.ts';
import type { ProcessSums } from '../../ports/store/figures/step-figures.ts';
import type { Store } from '../../ports/store/store.ts';
import { noTracer, type Tracer } from '../../ports/tracer.ts';
import type { BackoffSchedule } from '../../retry/backoff.ts';
import { pause } from '../../retry/pause.ts';
import { RepeatedFailureLogger } from '../../retry/repeated-failure-logger.ts';
import { forServiceFaults, retry } from '../../retry/retry.ts';
import type { FigureCollector } from './figures/figure-collector.ts';
import type { MeasuredCheckpoint } from './figures/measured-step.ts';
import { GroupWriter } from './group-writer.ts';

/** What a {@link Committer} is constructed from, and its limits. */
export interface CommitterOptions {
  readonly store: CheckpointStore & Pick<Store, 'gatherMs'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** @default nothing is recorded */
  readonly tracer?: Tracer;
  /** Sums what the process does; null when no figures are kept. @default null */
  readonly figures?: FigureCollector | null;
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
  readonly #writer: GroupWriter<MeasuredCheckpoint, boolean>;
  readonly #failureLogger: RepeatedFailureLogger;
  readonly #tracer: Tracer;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#failureLogger = new RepeatedFailureLogger(options);
    this.#tracer = options.tracer ?? noTracer;
    const { store, clock, groupMax = 200 } = options;
    const { gatherMs = 0 } = store;
    const gather = gatherMs > 0 ? () => pause(clock, gatherMs) : undefined;
    this.#writer = new GroupWriter((group) => this.#write(group), groupMax, gather);
  }

  /**
   * Writes a checkpoint. Resolves with false when another worker holds the execution by now: the
   * caller must stop, and write nothing more.
   */
  commit(checkpoint: MeasuredCheckpoint): Promise<boolean> {
    // A statement writes for many executions, so it must not run in the span of one of them.
    return this.#tracer.detached(() => this.#writer.add(checkpoint));
  }

  /** Resolves when every checkpoint added so far has been answered. */
  idle(): Promise<void> {
    return this.#writer.idle();
  }

  /** The sums of the process go with a group; they are kept when it cannot be written. */
  async #write(group: readonly MeasuredCheckpoint[]): Promise<boolean[]> {
    const { figures = null } = this.#options;
    const sums = figures?.take(group) ?? null;
    try {
      const written = await this.#writeWith(group, sums);
      figures?.record(group.filter(({ executionId }) => written.has(executionId)));
      return group.map(({ executionId }) => written.has(executionId));
    } catch (error) {
      if (sums !== null) figures?.giveBack(sums);
      throw error;
    }
  }

  async #writeWith(
    group: readonly MeasuredCheckpoint[],
    sums: ProcessSums | null,
  ): Promise<ReadonlySet<string>> {
    const { store, clock, metrics, retryMsMax } = this.#options;
    const startedAt = clock.now();
    const written = await retry(() => store.commit(group, sums), {
      clock,
      policyFor: forServiceFaults({ backoff: commitBackoff, elapsedMsMax: retryMsMax }),
      onRetry: ({ error, delayMs }) => {
        metrics.count('commitRetries');
        this.#failureLogger.failed('warn', 'checkpoints not written: retrying', {
          checkpoints: group.length,
          pauseMs: delayMs,
          error: messageOf(error),
        });
      },
    });
    this.#failureLogger.recovered('checkpoints written again');
    metrics.observe('commitDuration', (clock.now() - startedAt) / 1_000);
    metrics.observe('commitGroup', group.length);
    return written;
  }
}
