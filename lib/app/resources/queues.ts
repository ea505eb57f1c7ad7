import {
  createMissingQueues,
  getQueue,
  listQueues,
  type PurgeResult,
  pauseQueues,
  purgeQueue,
  type QueueOverview,
  queueNames,
  resumeQueues,
} from '../../operations/queues.ts';
import type { ResourceDeps } from './resource-deps.ts';

/**
 * The queues of an app: `app.queues`. Commands throw INVALID_ARGUMENT for an unknown name, and
 * CONFLICT when the queues are in the memory of another process.
 */
export class Queues {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** The queues of the configuration, in its order. */
  get names(): string[] {
    return queueNames(this.#deps.context);
  }

  /** Lists all queues, with their messages and tasks. */
  list(): Promise<QueueOverview[]> {
    return listQueues(this.#deps.lists, this.#deps.roles.reachesWorkers);
  }

  /** Returns one queue. */
  get(name: string): Promise<QueueOverview> {
    return getQueue(this.#deps.lists, name, this.#deps.roles.reachesWorkers);
  }

  /**
   * Stops all workers from taking tasks from these queues; tasks that run continue.
   * @param _reason is recorded in the log of changes
   */
  pause(names: readonly string[], _reason?: string): Promise<void> {
    return pauseQueues(this.#deps.context, names, this.#deps.roles.reachesWorkers);
  }

  /** Lets workers take tasks from these queues again. */
  resume(names: readonly string[]): Promise<void> {
    return resumeQueues(this.#deps.context, names, this.#deps.roles.reachesWorkers);
  }

  /**
   * Deletes the messages of a queue. Its tasks stay and are queued again, unless `cancelTasks`
   * stops them too.
   */
  purge(name: string, options = { cancelTasks: false }): Promise<PurgeResult> {
    return purgeQueue(this.#deps.context, name, options, this.#deps.roles.reachesWorkers);
  }

  /**
   * Creates the missing queues at SQS: all of the configuration by default. Returns their names;
   * null for a service that needs no creation.
   */
  create(names?: readonly string[]): Promise<string[] | null> {
    return createMissingQueues(this.#deps.context, names);
  }
}
