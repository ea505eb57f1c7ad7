import { messageOf } from '../../errors.ts';
import type { Broker, Delivery, SendResult, TaskMessage } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LogFields, Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';
import { isTraceparent, type Tracer } from '../../ports/tracer.ts';
import { RepeatedFailureLogger } from '../../retry/repeated-failure-logger.ts';

/** What a {@link Dispatcher} is constructed from. */
export interface DispatcherDeps {
  readonly broker: Broker;
  readonly logger: Logger;
  /** Limits how often the same failure is logged. @default each is, as for a single call */
  readonly clock?: Clock;
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
  readonly #failureLoggers = new Map<string, RepeatedFailureLogger>();

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
    const { broker, metrics, tracer } = this.#deps;
    const sender = tracer?.active() ?? null;
    try {
      const results = await broker.send(
        queue,
        wakeups.map((wakeup) => createTaskMessage(wakeup, delayMs, wakeup.traceparent ?? sender)),
      );
      const refused = results.filter((result) => !result.sent);
      if (refused.length === 0)
        this.#failureLoggers.get(queue)?.recovered('tasks sent again', { queue });
      else this.#reportRefused(queue, refused);
      const sent = results.length - refused.length;
      metrics.count('tasksSent', sent, { queue });
      return sent;
    } catch (error) {
      this.#report('tasks not sent: the sweeper will send them again', {
        queue,
        tasks: wakeups.length,
        error: messageOf(error),
      });
      return 0;
    }
  }

  #reportRefused(queue: string, refused: readonly SendResult[]): void {
    const message = 'tasks refused by the broker: the sweeper will send them again';
    const [first] = refused;
    const reason = first?.sent === false ? first.message : undefined;
    this.#report(message, { queue, tasks: refused.length, reason });
  }

  #report(message: string, fields: LogFields & { readonly queue: string }): void {
    const { clock, logger } = this.#deps;
    if (clock === undefined) {
      logger.warn(message, fields);
      return;
    }
    const { queue } = fields;
    const failures =
      this.#failureLoggers.get(queue) ?? new RepeatedFailureLogger({ clock, logger });
    this.#failureLoggers.set(queue, failures);
    failures.failed('warn', message, fields);
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

/** The version of the messages of tasks. A message that names no version is of version 1. */
const taskVersion = 1;

/**
 * Whether a newer release has sent a message in a form that this one does not know: its processes
 * must get it.
 */
export function isOfNewerRelease({ body }: Pick<Delivery, 'body'>): boolean {
  const version = parseBody(body)?.version;
  return typeof version === 'number' && version > taskVersion;
}

/** Returns the execution id of a delivery; null when it is not the task of an execution. */
export function parseExecutionId(delivery: Pick<Delivery, 'body'>): string | null {
  return parseTask(delivery)?.executionId ?? null;
}

/** Returns what a delivery asks for; null when it is not the task of an execution. */
export function parseTask({ body }: Pick<Delivery, 'body'>): ParsedTask | null {
  const { type, executionId, traceparent, version = taskVersion } = parseBody(body) ?? {};
  if (type !== 'execution' || typeof executionId !== 'string' || version !== taskVersion) {
    return null;
  }
  return { executionId, traceparent: isTraceparent(traceparent) ? traceparent : null };
}

function parseBody(text: string): { readonly [Key in string]?: unknown } | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? { ...body } : null;
  } catch {
    // Not JSON, so not a message of Millrace: the caller moves it to the dead letters.
    return null;
  }
}
