/**
 * Sends the tasks of executions to their queues. A task that cannot be sent is no loss: its row
 * says that it is runnable, and the sweep sends it again.
 */
import { messageOf } from '../../errors.ts';
import type { Broker } from '../../ports/broker.ts';
import type { Wakeup } from '../../ports/execution-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { executionMessage } from './task-message.ts';

export interface DispatcherOptions {
  readonly broker: Broker;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Sends one task per wake-up, after `delayMs`; answers how many were sent. Never throws. */
  async dispatch(wakeups: readonly Wakeup[], delayMs = 0): Promise<number> {
    const byQueue = Map.groupBy(wakeups, ({ queue }) => queue);
    const sent = await Promise.all(
      [...byQueue].map(([queue, group]) => this.#send(queue, group, delayMs)),
    );
    return sent.reduce((sum, count) => sum + count, 0);
  }

  async #send(queue: string, wakeups: readonly Wakeup[], delayMs: number): Promise<number> {
    const { broker, logger, metrics } = this.#options;
    try {
      const results = await broker.send(
        queue,
        wakeups.map((wakeup) => executionMessage(wakeup, delayMs)),
      );
      const refused = results.filter((result) => !result.sent);
      if (refused.length > 0) {
        logger.warn('some tasks were not sent; the sweep sends them again', {
          queue,
          tasks: refused.length,
          reason: refused[0]?.message,
        });
      }
      const sent = results.length - refused.length;
      metrics.count('tasksSent', sent, { queue });
      return sent;
    } catch (error) {
      logger.warn('tasks were not sent; the sweep sends them again', {
        queue,
        tasks: wakeups.length,
        error: messageOf(error),
      });
      return 0;
    }
  }
}
