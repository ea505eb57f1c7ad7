import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type { WorkerRecord, WorkerStore } from '../../ports/store/worker-store.ts';
import type { TaskCall, TaskInvoker } from '../../ports/task-invoker.ts';
import { drawDelayMs } from './unhandled-task-types.ts';
import { mayRun, type NamedTask } from './worker-abilities.ts';

/** What {@link MissingHandlers} is constructed from. */
export interface MissingHandlersDeps {
  readonly clock: Clock;
  readonly entropy: Pick<Entropy, 'random'>;
  readonly logger: Logger;
  readonly invoker: Pick<TaskInvoker, 'findRefusal'>;
  readonly store: WorkerStore;
  /** Returns the name of the handler that a task calls; null when it names none. */
  readonly findHandlerName: (task: TaskCall) => string | null;
  /**
   * How long no live worker must have had a handler before a task that needs it fails, in
   * milliseconds.
   */
  readonly graceMs: number;
}

/** How long the list of workers is used before it is read again, in milliseconds. */
const workersReadMs = 2_000;

/** Maximum number of handlers and Resources that are remembered; the oldest is dropped first. */
const rememberedMax = 1_000;

/** Maximum number of Resources that a worker reports as missing, because heartbeats carry them. */
const reportedMax = 100;

/**
 * Decides what becomes of executions whose next task has no handler in this process. While two
 * versions of a program run side by side, another worker may have it: the execution is given back
 * unchanged, to be claimed again after a pause that grows with its waiting time. Only when no live
 * worker has had the handler for `graceMs` is the call made all the same, and fails with
 * `Millrace.UnknownHandler`.
 *
 * That time counts from when the execution began to wait, when this process first met the handler,
 * and when it last saw a live worker with it, whichever is latest.
 */
export class MissingHandlers {
  readonly #deps: MissingHandlersDeps;
  /** When each was met first, or a live worker had it last, by the monotonic clock. */
  readonly #seenAt = new Map<string, number>();
  readonly #lacks = new Set<string>();
  #workers: { readonly list: Promise<readonly WorkerRecord[]>; readonly readAtMs: number } | null =
    null;

  constructor(deps: MissingHandlersDeps) {
    this.#deps = deps;
  }

  /** The Resources of integrations that were met and cannot be called here. */
  get lacks(): readonly string[] {
    return [...this.#lacks].filter((label) => label.startsWith('arn:')).slice(-reportedMax);
  }

  /** Whether a call of the task cannot be made here. */
  isMissing(task: TaskCall): boolean {
    return this.#deps.invoker.findRefusal(task) !== null;
  }

  /**
   * Returns for how long an execution is given back, in milliseconds, so that a worker that has the
   * handlers of all `tasks` can take it; null when it is to run here all the same.
   * @param tasks calls that cannot be made here
   * @param wait when the execution began to wait, and the time now, both by the store's time
   */
  async findPauseMs(
    claimed: Pick<ClaimedExecution, 'queue' | 'deadlineAt'>,
    tasks: readonly TaskCall[],
    wait: { readonly since: number; readonly now: number },
  ): Promise<number | null> {
    const { clock, entropy, graceMs } = this.#deps;
    const named = tasks.map((task) => this.#meet(task));
    const key = JSON.stringify([claimed.queue, ...new Set(named.map(toLabel))]);
    if (await this.#isElsewhere(claimed.queue, named)) this.#remember(key);
    const seenAt = this.#seenAt.get(key) ?? this.#remember(key);
    const missingMs = Math.min(clock.monotonicMs() - seenAt, wait.now - wait.since);
    if (missingMs >= graceMs) return null;
    const { deadlineAt } = claimed;
    return drawDelayMs({ createdAt: wait.since, deadlineAt }, wait.now, entropy.random());
  }

  /** Logs a handler when it is missed first. */
  #meet(task: TaskCall): NamedTask {
    const named = { ...task, handler: this.#deps.findHandlerName(task) };
    if (this.#lacks.has(toLabel(named))) return named;
    if (this.#lacks.size >= rememberedMax) this.#lacks.clear();
    this.#lacks.add(toLabel(named));
    this.#deps.logger.warn('handler not found: its executions are left to other workers', {
      resource: task.resource,
      handler: named.handler,
      reason: this.#deps.invoker.findRefusal(task),
      graceMs: this.#deps.graceMs,
    });
    return named;
  }

  #remember(key: string): number {
    const at = this.#deps.clock.monotonicMs();
    this.#seenAt.delete(key);
    this.#seenAt.set(key, at);
    if (this.#seenAt.size > rememberedMax) {
      const [oldest] = this.#seenAt.keys();
      if (oldest !== undefined) this.#seenAt.delete(oldest);
    }
    return at;
  }

  /** Counts a store that does not answer as a worker that may have the handlers. */
  async #isElsewhere(queue: string, tasks: readonly NamedTask[]): Promise<boolean> {
    try {
      const workers = await this.#listWorkers();
      return workers.some((worker) => mayRun(worker, queue, tasks));
    } catch (error) {
      this.#deps.logger.warn('workers not listed: tasks without a handler are given back', {
        error: messageOf(error),
      });
      return true;
    }
  }

  #listWorkers(): Promise<readonly WorkerRecord[]> {
    const { clock, store } = this.#deps;
    const now = clock.monotonicMs();
    if (this.#workers === null || now - this.#workers.readAtMs >= workersReadMs) {
      this.#workers = { list: store.listWorkers(), readAtMs: now };
    }
    return this.#workers.list;
  }
}

/** Returns what an operator looks for: the Resource of an integration, or the handler's name. */
function toLabel({ resource, handler }: NamedTask): string {
  return resource.startsWith('arn:') ? resource : (handler ?? resource);
}
