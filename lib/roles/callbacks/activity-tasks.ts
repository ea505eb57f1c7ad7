/**
 * Activities: work that waits for workers outside, which come and ask for it, and answer by its
 * task token. Work whose command is over is handed to nobody.
 */
import { ErrorName } from '../../asl/state-error.ts';
import { decodeSnapshot } from '../../engine/snapshot.ts';
import { openTask } from '../../engine/task/open-task.ts';
import { messageOf } from '../../errors.ts';
import type { ActivityStore, ActivityTask } from '../../ports/activity-store.ts';
import { type Clock, pause } from '../../ports/clock.ts';
import type { ExecutionStore } from '../../ports/execution-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { SignalStore } from '../../ports/signal-store.ts';
import { answerOf } from '../../ports/task-failure.ts';
import {
  commandIn,
  type Invocation,
  type InvocationResult,
  type TaskCall,
  type TaskInvoker,
} from '../../ports/task-invoker.ts';
import { patiently } from '../../retry/patiently.ts';
import { decodeSignal } from './signal-event.ts';
import type { SignalRouter } from './signal-router.ts';

export interface ActivityTasksOptions {
  readonly store: Pick<
    ActivityStore,
    'scheduleActivity' | 'takeActivityTask' | 'removeActivityTask'
  > &
    Pick<ExecutionStore, 'getExecution'> &
    Pick<SignalStore, 'readSignals'>;
  readonly signalRouter: Pick<SignalRouter, 'carry'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The activities that there are. */
  readonly activities: ReadonlySet<string>;
}

/** How somebody asks for work. */
export interface ActivityPoll {
  readonly activity: string;
  /** Shown in the history; null without. */
  readonly workerName: string | null;
  /** How long to wait for work, in milliseconds. */
  readonly waitMs: number;
  /** As that of `SignalRouter.send`. */
  readonly wakes: boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** Time between two looks while there is no work, in milliseconds. */
const lookAgainMs = 500;

export class ActivityTasks implements TaskInvoker {
  readonly #options: ActivityTasksOptions;

  constructor(options: ActivityTasksOptions) {
    this.#options = options;
  }

  refusal({ resource }: TaskCall): string | null {
    const { activities } = this.#options;
    const name = activityOf(resource);
    if (activities.has(name)) return null;
    const known = [...activities].sort().join(', ') || 'none';
    return `no activity is named '${name}' (known: ${known}; they are named in activities of the configuration)`;
  }

  /** The work waits for a worker from now on. */
  invoke(invocation: Invocation): Promise<InvocationResult> {
    const { store, clock } = this.#options;
    return answerOf(async () => {
      const { execution, taskToken = '', parameters, signal } = invocation;
      const task: ActivityTask = {
        activity: activityOf(invocation.resource),
        executionId: execution.id,
        command: commandIn(invocation),
        taskToken,
        input: JSON.stringify(parameters),
      };
      await patiently(clock, signal, () => store.scheduleActivity(task));
      return { ok: true, submitted: null };
    }, ErrorName.taskFailed);
  }

  async cancel(executionId: string, command: string): Promise<void> {
    const { store, logger, activities } = this.#options;
    if (activities.size === 0) return;
    try {
      await store.removeActivityTask(executionId, command);
    } catch (error) {
      // Whoever takes it up all the same finds it over, and takes the next.
      const fields = { executionId, error: messageOf(error) };
      logger.warn('work of an activity was not taken back', fields);
    }
  }

  /** Hands out the oldest work; null when none came in time. Throws what the store throws. */
  async take(poll: ActivityPoll): Promise<ActivityTask | null> {
    const { clock } = this.#options;
    const until = clock.now() + poll.waitMs;
    for (;;) {
      const task = await this.#takeOne(poll);
      const leftMs = until - clock.now();
      if (task !== null || leftMs <= 0 || poll.signal.aborted) return task;
      await pause(clock, Math.min(lookAgainMs, leftMs), poll.signal);
    }
  }

  /** The first that is still wanted. */
  async #takeOne({ activity, workerName, wakes }: ActivityPoll): Promise<ActivityTask | null> {
    const { store, signalRouter } = this.#options;
    for (;;) {
      const taken = await store.takeActivityTask(activity, workerName, wakes);
      if (taken === null) return null;
      // Looked at before its execution is told, which would see the very signal that is looked for.
      const isOpen = taken.isWanted && (await this.#isOpen(taken.task));
      await signalRouter.carry(taken);
      if (isOpen) return taken.task;
    }
  }

  /** Whether its command waits for a worker; a worker that was lost may have left it here twice. */
  async #isOpen({ executionId, command, taskToken }: ActivityTask): Promise<boolean> {
    const { store } = this.#options;
    const unseen = (await store.readSignals([executionId])).get(executionId) ?? [];
    const words = unseen
      .map(({ event }) => decodeSignal(event))
      .filter((event) => 'command' in event && event.command === command);
    const snapshot = (await store.getExecution(executionId))?.snapshot ?? null;
    const task = snapshot === null ? undefined : openTask(decodeSnapshot(snapshot), command);
    // This very start may have been seen meanwhile: then no word is left, and the work is new.
    const isNew = words.length === 0 || (words.length === 1 && task?.started === undefined);
    return task?.taskToken === taskToken && isNew;
  }
}

/** The activity's name in its ARN. */
function activityOf(resource: string): string {
  return resource.slice(resource.lastIndexOf(':') + 1);
}
