/**
 * The queues of an app, as people look at them and order them about: the broker's own figures
 * beside what the store has for each. The store is the truth: a message is only a wake-up, so a
 * purge loses no work unless it is told to end the tasks too.
 */

import { MillraceError } from '../errors.ts';
import type { QueueStats } from '../ports/broker.ts';
import type { TaskState } from '../ports/task-store.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import type { AppContext } from './app-context.ts';
import { createQueues } from './create-queues.ts';
import { taskCountMax, tasksOf } from './queue-report.ts';

/** One queue. */
export interface QueueOverview {
  readonly queue: string;
  /** Null for a queue that has tasks and that the configuration does not have. */
  readonly weight: number | null;
  /** Null where the queues lie in the memory of a process that is not this one. */
  readonly messages: Omit<QueueStats, 'queue'> | null;
  /** Tasks by state, none above {@link taskCountMax}. */
  readonly tasks: Readonly<Record<TaskState, number>>;
}

/** What a purge came to. */
export interface PurgeResult {
  /** Messages deleted; 0 where the service does not count them. */
  readonly messages: number;
  /** Tasks asked to abort. */
  readonly aborted: number;
}

/** The states whose tasks a purged queue would be sent again, when they are due. */
const waitingStates: readonly TaskState[] = ['pending', 'scheduled', 'retry'];

/** Tasks aborted at once. */
const abortsAtOnce = 1_000;

/** See this file's head. */
export class Queues {
  readonly #context: AppContext;
  readonly #reaches: () => boolean;

  /** @param reaches whether the broker here is the one that workers take from */
  constructor(context: AppContext, reaches: () => boolean) {
    this.#context = context;
    this.#reaches = reaches;
  }

  /** Those of the configuration, in its order. */
  get names(): string[] {
    return Object.keys(this.#context.settings.queues);
  }

  /** All queues, or those named. Throws INVALID_ARGUMENT for an unknown name. */
  async list(names: readonly string[] = []): Promise<QueueOverview[]> {
    this.require(names);
    const { settings, store, broker } = this.#context;
    const counts = await store.countTasks(names.length === 0 ? null : names, taskCountMax);
    const asked = names.length > 0 ? names : [...this.names, ...counts.map(({ queue }) => queue)];
    const stats = this.#reaches() ? await broker.stats(this.names) : [];
    const messages = new Map(stats.map(({ queue, ...figures }) => [queue, figures]));
    const weights = new Map(Object.entries(settings.queues));
    return [...new Set(asked)].map((queue) => ({
      queue,
      weight: weights.get(queue) ?? null,
      messages: messages.get(queue) ?? null,
      tasks: tasksOf(queue, counts),
    }));
  }

  /** Has every worker leave these queues alone. Throws INVALID_ARGUMENT or CONFLICT. */
  async pause(names: readonly string[]): Promise<void> {
    this.#requireReach(names);
    this.#requirePolling();
    for (const name of names) await this.#context.broker.pause(name);
  }

  /** Has workers take from them again. Throws as `pause`. */
  async resume(names: readonly string[]): Promise<void> {
    this.#requireReach(names);
    for (const name of names) await this.#context.broker.resume(name);
  }

  /**
   * Deletes a queue's messages. What they were for stays in the store, and the sweep queues it
   * again, unless `abortTasks` ends it. Throws as `pause`.
   */
  async purge(name: string, { abortTasks }: { abortTasks: boolean }): Promise<PurgeResult> {
    this.#requireReach([name]);
    // First the messages: those that are sent to the aborted ones must not go with them.
    const messages = await this.#context.broker.purge(name);
    let aborted = 0;
    if (abortTasks) {
      for (const state of waitingStates) aborted += await this.#abortAll(name, state);
    }
    return { messages, aborted };
  }

  /** Creates what is missing at SQS; null where there is nothing to create. */
  async create(names: readonly string[] = this.names): Promise<string[] | null> {
    this.require(names);
    return await createQueues(this.#context.settings.broker, names);
  }

  async #abortAll(queue: string, state: TaskState): Promise<number> {
    const { store } = this.#context;
    const dispatcher = new Dispatcher(this.#context);
    let aborted = 0;
    let cursor: string | null = null;
    do {
      const page = { limit: abortsAtOnce, ...(cursor !== null && { cursor }) };
      const { entries, next } = await store.listTasks({ queue, state }, page);
      await dispatcher.dispatch(await store.requestAbort(entries.map(({ id }) => id)));
      aborted += entries.length;
      cursor = next;
    } while (cursor !== null);
    return aborted;
  }

  /** Throws INVALID_ARGUMENT for a name that is not of the configuration. */
  require(names: readonly string[]): void {
    const unknown = names.find((name) => !this.names.includes(name));
    if (unknown === undefined) return;
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `no queue is named '${unknown}'; known: ${this.names.join(', ')}`,
      { fields: { queue: unknown } },
    );
  }

  /** Lambda hands messages to a function whatever is said of their queue. */
  #requirePolling(): void {
    if (this.#context.settings.leaderSchedule === null) return;
    throw new MillraceError(
      'CONFLICT',
      "the workers of this app are functions, to which Lambda hands the queue's messages: disable " +
        'the event source mapping of its worker instead ' +
        '(aws lambda update-event-source-mapping --uuid ID --no-enabled)',
    );
  }

  #requireReach(names: readonly string[]): void {
    this.require(names);
    if (this.#reaches()) return;
    throw new MillraceError(
      'CONFLICT',
      'the queues lie in the memory of the process that runs them, which is not this one: do it ' +
        'there (app.queues), or have them in Redis or SQS (--redis, QUEUE_DRIVER=sqs)',
    );
  }
}
