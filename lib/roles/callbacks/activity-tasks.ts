import { listKnown } from '../../asl/known-names.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { decodeSnapshot } from '../../engine/snapshot.ts';
import { parseCommand } from '../../engine/task/idempotency-key.ts';
import { findOpenTask } from '../../engine/task/open-task.ts';
import { catchTaskFailure, TaskFailure } from '../../engine/task/task-failure.ts';
import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ActivityStore, ActivityTask } from '../../ports/store/activity-store.ts';
import type { ExecutionStore } from '../../ports/store/execution-store.ts';
import type { ActivityRegistryStore } from '../../ports/store/machines/activity-registry-store.ts';
import type { SignalStore } from '../../ports/store/signal-store.ts';
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';
import { retry } from '../../retry/retry.ts';
import { taskStoreRetries } from '../../retry/task-store-retries.ts';
import { ActivityWaiters } from './activity-waiters.ts';
import { decodeSignal } from './signal-event.ts';
import type { SignalRouter } from './signal-router.ts';

/** What {@link ActivityTasks} are constructed from. */
export interface ActivityTasksDeps {
  readonly store: Pick<ActivityRegistryStore, 'getActivity'> &
    Pick<
      ActivityStore,
      'scheduleActivity' | 'takeActivityTask' | 'removeActivityTask' | 'listActivities'
    > &
    Pick<ExecutionStore, 'getExecution'> &
    Pick<SignalStore, 'readSignals'>;
  readonly signalRouter: Pick<SignalRouter, 'notify'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names of the activities in the configuration. */
  readonly activities: ReadonlySet<string>;
}

/** A worker's request for a task. */
export interface ActivityPoll {
  readonly activity: string;
  /** Shown in the history; null when the worker has no name. */
  readonly workerName: string | null;
  /** How long to wait for a task, in milliseconds. */
  readonly waitMs: number;
  /** As in `SignalRouter.send`. */
  readonly wakeupSent: boolean;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/**
 * The tasks of activities: each waits for an external worker that polls for it and answers with its
 * task token. A task whose command no longer waits is not handed out.
 */
export class ActivityTasks implements TaskInvoker {
  readonly #deps: ActivityTasksDeps;
  readonly #waiters: ActivityWaiters;

  constructor(deps: ActivityTasksDeps) {
    this.#deps = deps;
    this.#waiters = new ActivityWaiters(deps);
  }

  /** What the store has is known to the call itself: only what is as written is judged before. */
  findRefusal({ resource, asWritten = false }: TaskCall): string | null {
    const { activities } = this.#deps;
    const name = parseActivityName(resource);
    if (!asWritten || activities.has(name)) return null;
    const known = listKnown(name, [...activities].sort());
    return `no activity is named '${name}' (${known}; they are named in activities of the configuration)`;
  }

  /** Schedules the task for the workers of its activity. */
  invoke(invocation: Invocation): Promise<InvocationResult> {
    const { store, clock } = this.#deps;
    return catchTaskFailure(async () => {
      const { execution, taskToken = '', parameters, signal } = invocation;
      await this.#requireActivity(parseActivityName(invocation.resource));
      const task: ActivityTask = {
        activity: parseActivityName(invocation.resource),
        executionId: execution.id,
        command: parseCommand(invocation),
        taskToken,
        input: JSON.stringify(parameters),
      };
      await retry(() => store.scheduleActivity(task), {
        clock,
        signal,
        policyFor: taskStoreRetries,
      });
      this.#waiters.wake(task.activity, 1);
      return { ok: true, submitted: null };
    }, ErrorName.taskFailed);
  }

  async #requireActivity(name: string): Promise<void> {
    const { store, activities } = this.#deps;
    if (activities.has(name) || (await store.getActivity(name)) !== null) return;
    throw new TaskFailure(
      ErrorName.runtime,
      `no activity is named '${name}': name it in activities of the configuration, or create it`,
    );
  }

  async cancel(executionId: string, command: string): Promise<void> {
    const { store, logger } = this.#deps;
    try {
      await store.removeActivityTask(executionId, command);
    } catch (error) {
      // A poll that takes this task finds it closed, and takes the next one.
      const fields = { executionId, error: messageOf(error) };
      logger.warn('activity task not removed: polls will skip it', fields);
    }
  }

  /** Takes the oldest task; null when none came in time. Throws what the store throws. */
  async take(poll: ActivityPoll): Promise<ActivityTask | null> {
    const { clock } = this.#deps;
    const until = clock.monotonicMs() + poll.waitMs;
    for (;;) {
      const task = await this.#takeOne(poll);
      const leftMs = until - clock.monotonicMs();
      if (task !== null || leftMs <= 0 || poll.signal.aborted) return task;
      if (!(await this.#waiters.wait(poll.activity, leftMs, poll.signal))) return null;
    }
  }

  /** Takes the first task whose command still waits. */
  async #takeOne({ activity, workerName, wakeupSent }: ActivityPoll): Promise<ActivityTask | null> {
    const { store, signalRouter } = this.#deps;
    for (;;) {
      const taken = await store.takeActivityTask(activity, workerName, wakeupSent);
      if (taken === null) return null;
      // Checked before its execution is notified, which would consume the signal that is checked.
      const isOpen = taken.isRunning && (await this.#isOpen(taken.task));
      await signalRouter.notify(taken);
      if (isOpen) return taken.task;
    }
  }

  /** Whether the command still waits for a worker: a crash may have scheduled the task twice. */
  async #isOpen({ executionId, command, taskToken }: ActivityTask): Promise<boolean> {
    const { store } = this.#deps;
    const unseen = (await store.readSignals([executionId])).get(executionId) ?? [];
    const answers = unseen
      .map(({ event }) => decodeSignal(event))
      .filter((event) => 'command' in event && event.command === command);
    const snapshot = (await store.getExecution(executionId))?.snapshot ?? null;
    const task = snapshot === null ? undefined : findOpenTask(decodeSnapshot(snapshot), command);
    // The execution may have seen this start by now: then no signal is left, and the task is new.
    const isNew = answers.length === 0 || (answers.length === 1 && task?.started === undefined);
    return task?.taskToken === taskToken && isNew;
  }
}

/** Returns the name of the activity that a resource names. */
export function parseActivityName(resource: string): string {
  return resource.slice(resource.lastIndexOf(':') + 1);
}
