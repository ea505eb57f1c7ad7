import { messageOf } from '../../errors.ts';
import type { Broker, Delivery, TaskMessage } from '../../ports/broker.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';
import { isTraceparent, type Tracer } from '../../ports/tracer.ts';

/** What a {@link Dispatcher} is constructed from. */
export interface DispatcherDeps {
  readonly broker: Broker;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Tells a task's run which span has sent it. @default nothing does */
  readonly tracer?: Tracer;
}

/**
 * Sends the tasks of executions to their queues. A task that cannot be sent is not lost: its
 * execution is runnable in the store, and the sweeper sends the task again.
 */
export class Dispatcher {
  readonly #deps: DispatcherDeps;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /**
   * Sends one task per wake-up, to be delivered after `delayMs`. Returns how many were sent. Never
   * throws.
   */
  async dispatch(wakeups: readonly Wakeup[], delayMs = 0): Promise<number> {
    const byQueue = Map.groupBy(wakeups, ({ queue }) => queue);
    const sent = await Promise.all(
      [...byQueue].map(([queue, group]) => this.#send(queue, group, delayMs)),
    );
    return sent.reduce((sum, count) => sum + count, 0);
  }

  async #send(queue: string, wakeups: readonly Wakeup[], delayMs: number): Promise<number> {
    const { broker, logger, metrics, tracer } = this.#deps;
    const sender = tracer?.active() ?? null;
    try {
      const results = await broker.send(
        queue,
        wakeups.map((wakeup) => createTaskMessage(wakeup, delayMs, wakeup.traceparent ?? sender)),
      );
      const refused = results.filter((result) => !result.sent);
      if (refused.length > 0) {
        logger.warn('tasks refused by the broker: the sweeper will send them again', {
          queue,
          tasks: refused.length,
          reason: refused[0]?.message,
        });
      }
      const sent = results.length - refused.length;
      metrics.count('tasksSent', sent, { queue });
      return sent;
    } catch (error) {
      logger.warn('tasks not sent: the sweeper will send them again', {
        queue,
        tasks: wakeups.length,
        error: messageOf(error),
      });
      return 0;
    }
  }
}

/**
 * Creates the message that asks a worker to start or resume an execution.
 * @param traceparent the span that sends it; null when nothing is recorded
 */
export function createTaskMessage(
  { executionId, batchId }: Wakeup,
  delayMs = 0,
  traceparent: string | null = null,
): TaskMessage {
  return {
    id: executionId,
    body: JSON.stringify({
      type: 'execution',
      executionId,
      ...(traceparent !== null && { traceparent }),
    }),
    ...(delayMs > 0 && { delayMs }),
    ...(batchId !== null && { groupId: batchId }),
  };
}

/** The task of an execution, as a message carries it. */
export interface ParsedTask {
  readonly executionId: string;
  /** Names the span that sent it; null when that is unknown. */
  readonly traceparent: string | null;
}

/** Returns the execution id of a delivery; null when it is not the task of an execution. */
export function parseExecutionId(delivery: Pick<Delivery, 'body'>): string | null {
  return parseTask(delivery)?.executionId ?? null;
}

/** Returns what a delivery asks for; null when it is not the task of an execution. */
export function parseTask(delivery: Pick<Delivery, 'body'>): ParsedTask | null {
  try {
    const body: unknown = JSON.parse(delivery.body);
    if (typeof body !== 'object' || body === null) return null;
    const { type, executionId, traceparent } = body as { readonly [Key in string]?: unknown };
    if (type !== 'execution' || typeof executionId !== 'string') return null;
    return { executionId, traceparent: isTraceparent(traceparent) ? traceparent : null };
  } catch {
    // Not JSON, so not a message of Millrace: the caller moves it to the dead letters.
    return null;
  }
}
