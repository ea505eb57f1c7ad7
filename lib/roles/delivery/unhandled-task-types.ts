import type { Entropy } from '../../ports/entropy.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type { TaskInvoker } from '../../ports/task-invoker.ts';
import { createCheckpoint } from '../execution/checkpoint-plan.ts';
import type { Committer } from '../execution/committer.ts';
import type { RunOutcome } from '../execution/run-outcome.ts';
import { toTaskResource } from '../execution/task-machine.ts';

/** What {@link UnhandledTaskTypes} is constructed from. */
export interface UnhandledTaskTypesDeps {
  readonly entropy: Pick<Entropy, 'random'>;
  readonly logger: Logger;
  readonly invoker: Pick<TaskInvoker, 'findRefusal'>;
  readonly committer: Pick<Committer, 'commit'>;
}

/**
 * Bounds of the delay, in milliseconds; within them it is half to all of the task's age. Half of
 * the maximum is more than a poll waits, so the delay may end at any moment of a worker's poll.
 */
const unhandledDelayMs = Object.freeze({ min: 1_000, max: 60_000 });

/**
 * Postpones custom tasks whose handler this process does not have, so that a worker with the
 * handler can take them. Such a task has not failed: it is delivered again after a delay that grows
 * with its age. The delay is partly random, so that the rhythm of polls does not bring a task to
 * the same workers again and again.
 */
export class UnhandledTaskTypes {
  readonly #deps: UnhandledTaskTypesDeps;
  readonly #loggedTypes = new Set<string>();

  constructor(deps: UnhandledTaskTypesDeps) {
    this.#deps = deps;
  }

  /** Postpones a claimed task of `type`; returns null when it can be run here. */
  async postpone(claimed: ClaimedExecution, type: string): Promise<RunOutcome | null> {
    const { invoker, committer, entropy } = this.#deps;
    const reason = invoker.findRefusal({ resource: toTaskResource(type) });
    if (reason === null) return null;
    this.#logOnce(type, reason);
    const dueInMs = drawDelayMs(claimed, claimed.claimedAt, entropy.random());
    const change = { lease: 'release', dueInMs, wakeupSent: true } as const;
    const isWritten = await committer.commit(createCheckpoint(claimed, change));
    return isWritten ? { kind: 'suspended', dueInMs } : { kind: 'lost' };
  }

  #logOnce(type: string, reason: string): void {
    if (this.#loggedTypes.has(type)) return;
    this.#loggedTypes.add(type);
    this.#deps.logger.warn('task type not handled: its tasks are left to other workers', {
      type,
      reason,
    });
  }
}

/**
 * Draws the delay before an execution without a handler here is claimed again: half to all of the
 * time since `createdAt`. It does not pass the deadline: the worker that has the task then ends it.
 * @param now by the store's time, as the other two: the clock of this machine may be off
 */
export function drawDelayMs(
  { createdAt, deadlineAt }: Pick<ClaimedExecution, 'createdAt' | 'deadlineAt'>,
  now: number,
  random: number,
): number {
  const { min, max } = unhandledDelayMs;
  const longestMs = Math.min(now - createdAt, max);
  const drawnMs = Math.max(Math.round(longestMs * (0.5 + random / 2)), min);
  return deadlineAt === null ? drawnMs : Math.min(drawnMs, Math.max(0, deadlineAt - now));
}
