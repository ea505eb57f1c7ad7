/**
 * Custom tasks whose handler this process does not have. They are none of its failures: each is
 * left for a worker that has the handler, and comes again after a pause that grows with its age.
 * Chance decides within it, so that no rhythm of polls brings a task to the same workers for ever.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { ClaimedExecution } from '../../ports/execution-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { TaskInvoker } from '../../ports/task-invoker.ts';
import { claimedCheckpoint } from '../execution/checkpoint-plan.ts';
import type { Committer } from '../execution/committer.ts';
import type { RunOutcome } from '../execution/execution-run.ts';
import { taskResource } from '../execution/task-machine.ts';

/** What it takes to put a task back. */
export interface UnhandledTaskTypesOptions {
  readonly clock: Clock;
  readonly entropy: Pick<Entropy, 'random'>;
  readonly logger: Logger;
  readonly invoker: Pick<TaskInvoker, 'refusal'>;
  readonly committer: Pick<Committer, 'commit'>;
}

/**
 * The pause is half to all of the task's age within these bounds, in milliseconds. Half of the
 * longest is more than a poll waits, so that it may end at any moment of a worker's poll.
 */
const unhandledPauseMs = Object.freeze({ min: 1_000, max: 60_000 });

/** See this file's head. */
export class UnhandledTaskTypes {
  readonly #options: UnhandledTaskTypesOptions;
  readonly #told = new Set<string>();

  constructor(options: UnhandledTaskTypesOptions) {
    this.#options = options;
  }

  /** Puts a claimed task of `type` back, unless it can be run here: null then. */
  async leave(claimed: ClaimedExecution, type: string): Promise<RunOutcome | null> {
    const reason = this.#options.invoker.refusal({ resource: taskResource(type) });
    if (reason === null) return null;
    this.#tell(type, reason);
    const { clock, entropy } = this.#options;
    const dueInMs = pauseMs(claimed, clock.now(), entropy.random());
    const change = { lease: 'release', dueInMs, wakeupSent: true } as const;
    const written = await this.#options.committer.commit(claimedCheckpoint(claimed, change));
    return written ? { kind: 'suspended', dueInMs } : { kind: 'lost' };
  }

  #tell(type: string, reason: string): void {
    if (this.#told.has(type)) return;
    this.#told.add(type);
    this.#options.logger.warn('tasks of a type are left to workers that have its handler', {
      type,
      reason,
    });
  }
}

/** A deadline is not slept over: whoever has the task then ends it. */
function pauseMs({ createdAt, deadlineAt }: ClaimedExecution, now: number, random: number): number {
  const { min, max } = unhandledPauseMs;
  const longest = Math.min(now - createdAt, max);
  const pause = Math.max(Math.round(longest * (0.5 + random / 2)), min);
  return deadlineAt === null ? pause : Math.min(pause, Math.max(0, deadlineAt - now));
}
