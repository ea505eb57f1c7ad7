/**
 * A worker as a program of its own runs it: takes tasks and executions from the queues until it is
 * shut down. It runs once: `run()` opens and starts, resolves when `shutdown()` has drained, and
 * leaves nothing open, however it ends.
 */

import type { MillraceConfig } from '../config/config.ts';
import type { Handler } from '../drivers/handlers/handler.ts';
import { MillraceError } from '../errors.ts';
import type { OpenDrivers } from '../operations/app-context.ts';
import type { Part } from '../operations/workers.ts';
import { taskTypeFault } from '../roles/execution/task-machine.ts';
import { aborted } from './aborted.ts';
import { openMillrace } from './millrace.ts';
import type { OpenOptions } from './open-app.ts';

/** Options of {@link QueueWorker}, beside the configuration and open stores. */
export interface QueueWorkerOptions extends Omit<OpenOptions, 'config' | 'stores'> {
  /**
   * What it runs. A leader and a worker together need no queue that processes share.
   * @default ['worker']
   */
  readonly parts?: readonly Part[];
}

/**
 * See this file's head.
 *
 * @example
 * const worker = new QueueWorker(config);
 * worker.handle('report:build', async ({ month }, { signal }) => buildReport(month, signal));
 * process.once('SIGTERM', () => worker.shutdown());
 * await worker.run();
 */
export class QueueWorker {
  readonly #config: MillraceConfig;
  readonly #stores: OpenDrivers;
  readonly #options: QueueWorkerOptions;
  readonly #tasks: Map<string, Handler>;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;

  /** @param stores open ones, as an app's `{ store, broker }`; they are used and not closed */
  constructor(config: MillraceConfig, stores: OpenDrivers = {}, options: QueueWorkerOptions = {}) {
    this.#config = config;
    this.#stores = stores;
    this.#options = options;
    this.#tasks = new Map(Object.entries(config.tasks ?? {}));
  }

  /**
   * Says who does the tasks of `type`, which a queue client enqueues by `enqueueTask`; before
   * `run`. Throws INVALID_ARGUMENT for a type that cannot be, or has a handler already.
   */
  handle(type: string, handler: Handler): this {
    const fault = taskTypeFault(type);
    if (fault !== null) throw invalid(fault);
    if (this.#tasks.has(type)) throw invalid(`the tasks '${type}' have a handler already`);
    if (this.#running !== null)
      throw invalid(`the handler of '${type}' comes too late: call handle before run`);
    this.#tasks.set(type, handler);
    return this;
  }

  /**
   * Serves the queues; resolves after {@link shutdown}. Rejects with what kept it from starting: a
   * configuration that is wrong, a store or a broker out of reach.
   */
  run(): Promise<void> {
    if (this.#running !== null) throw invalid('a worker runs once: make another to run again');
    this.#running = this.#serve(this.#stopping.signal);
    return this.#running;
  }

  /**
   * Takes nothing more, lets handlers that run answer within the grace, and hands back what is
   * unfinished; resolves when all is closed. Safe to call at any time, any number of times: before
   * `run`, which then ends at once, or while it starts.
   */
  async shutdown(): Promise<void> {
    this.#stopping.abort();
    // How it failed is told by `run`; here it is over either way.
    await this.#running?.catch(() => {});
  }

  async #serve(stopping: AbortSignal): Promise<void> {
    if (stopping.aborted) return;
    const { parts = ['worker'], ...options } = this.#options;
    const config = { ...this.#config, tasks: Object.fromEntries(this.#tasks) };
    const app = await openMillrace({ ...options, config, stores: this.#stores });
    try {
      if (!stopping.aborted) await app.start(parts);
      await aborted(stopping);
    } finally {
      await app.close();
    }
  }
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
