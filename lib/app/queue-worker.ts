import type { MillraceConfig } from '../config/config.ts';
import type { Handler } from '../drivers/handlers/handler.ts';
import { MillraceError } from '../errors.ts';
import type { OpenDrivers } from '../operations/app-context.ts';
import type { ProcessRole } from '../operations/workers.ts';
import { findTaskTypeProblem } from '../roles/execution/task-machine.ts';
import { aborted } from './aborted.ts';
import { openMillrace } from './millrace.ts';
import type { OpenOptions } from './open-app.ts';

/** Options of {@link QueueWorker}, beside the configuration and open drivers. */
export interface QueueWorkerOptions extends Omit<OpenOptions, 'config' | 'drivers'> {
  /**
   * The roles that it runs. A leader and a worker together need no queue that processes share.
   * @default ['worker']
   */
  readonly roles?: readonly ProcessRole[];
  /**
   * Whether it guards the process: an error that nothing catches fails the task of the handler that
   * it comes from, instead of ending the process; `run` rejects when the process should end.
   * @default true
   */
  readonly guardsProcess?: boolean;
}

/**
 * A worker in a program of its own: takes tasks and executions from the queues until it is shut
 * down. It runs once: `run()` opens and starts it, resolves when `shutdown()` has drained it, and
 * leaves nothing open, however it ends.
 *
 * @example
 * const worker = new QueueWorker(config);
 * worker.handle('report:build', async ({ month }, { signal }) => buildReport(month, signal));
 * process.once('SIGTERM', () => worker.shutdown());
 * await worker.run();
 */
export class QueueWorker {
  readonly #config: MillraceConfig;
  readonly #drivers: OpenDrivers;
  readonly #options: QueueWorkerOptions;
  readonly #tasks: Map<string, Handler>;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;

  /** @param drivers open drivers, such as an app's `app.drivers`; they are used and not closed */
  constructor(config: MillraceConfig, drivers: OpenDrivers = {}, options: QueueWorkerOptions = {}) {
    this.#config = config;
    this.#drivers = drivers;
    this.#options = options;
    this.#tasks = new Map(Object.entries(config.tasks ?? {}));
  }

  /**
   * Sets the handler of tasks of `type`, which a queue client enqueues with `enqueueTask`; before
   * `run`. Throws INVALID_ARGUMENT for a bad type, or one that has a handler already.
   */
  handle(type: string, handler: Handler): this {
    const fault = findTaskTypeProblem(type);
    if (fault !== null) throw invalid(fault);
    if (this.#tasks.has(type)) throw invalid(`tasks of the type '${type}' have a handler already`);
    if (this.#running !== null) {
      throw invalid(`the handler of '${type}' comes too late: call handle before run`);
    }
    this.#tasks.set(type, handler);
    return this;
  }

  /**
   * Serves the queues until {@link shutdown}. Rejects when it cannot start: for a wrong
   * configuration, or an unreachable store or broker; and when the process should end, after an
   * exception that no handler is to blame for, or without progress.
   */
  run(): Promise<void> {
    if (this.#running !== null) throw invalid('a worker runs once: make another to run again');
    this.#running = this.#serve(this.#stopping.signal);
    return this.#running;
  }

  /**
   * Takes no more tasks, lets running handlers finish within the grace period, and hands back
   * unfinished work; resolves when everything is closed. May be called at any time and any number
   * of times: before `run`, which then ends at once, or while it starts.
   */
  async shutdown(): Promise<void> {
    this.#stopping.abort();
    // A failure is reported by `run`; here the worker has ended either way.
    await this.#running?.catch(() => {});
  }

  async #serve(stopping: AbortSignal): Promise<void> {
    if (stopping.aborted) return;
    const { roles = ['worker'], guardsProcess = true, ...options } = this.#options;
    const config = { ...this.#config, tasks: Object.fromEntries(this.#tasks) };
    const app = await openMillrace({ ...options, config, drivers: this.#drivers });
    const guard = guardsProcess ? app.guardProcess() : null;
    try {
      if (!stopping.aborted) await app.start(roles);
      const fatal = await Promise.race([aborted(stopping), ...(guard ? [guard.fatal] : [])]);
      if (fatal !== undefined) throw new MillraceError('STOPPED', fatal.reason);
    } finally {
      await app.close();
      guard?.release();
    }
  }
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
