import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import type { FinishEffect } from '../../engine/effect.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type { RetryDelay } from '../../retry/task-retry-delay.ts';
import { decideFinish, type FinishDecision } from './finish-decision.ts';

/** What a {@link FinishPolicy} is constructed from. */
export interface FinishPolicyDeps {
  readonly retryDelay: RetryDelay;
  /** Returns the names of a machine's errors that a retry cannot fix. */
  readonly nonRetryable: (machineId: string) => ReadonlySet<string>;
  readonly entropy: Pick<Entropy, 'random'>;
}

/** Decides what happens to finished executions, by the app's retry rules. */
export class FinishPolicy {
  readonly #deps: FinishPolicyDeps;

  constructor(deps: FinishPolicyDeps) {
    this.#deps = deps;
  }

  /** Decides what happens to an execution that finished at `now`. */
  decide(finish: FinishEffect, claimed: ClaimedExecution, now: number): FinishDecision {
    const { retryDelay, nonRetryable, entropy } = this.#deps;
    return decideFinish({
      finish,
      attempts: claimed.attempts,
      retriesMax: claimed.retriesMax,
      isChild: isChildMachine(claimed.machineId),
      nonRetryable: nonRetryable(claimed.machineId),
      retryDelay,
      random: entropy.random(),
      deadlineAt: claimed.deadlineAt,
      now,
    });
  }
}
