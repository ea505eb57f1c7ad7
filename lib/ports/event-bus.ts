import type { JsonObject } from '../asl/json/json.ts';

/** An event to publish. */
export interface BusEvent {
  /** The event's type on the bus (`millrace.batch.ended` …). */
  readonly type: string;
  /** Ids, names, statuses and numbers; never a payload. */
  readonly detail: JsonObject;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Which ends of executions are published; `failures`: those that FAILED or TIMED_OUT. */
export const executionEventChoices = Object.freeze(['all', 'failures', 'none'] as const);

/** One of {@link executionEventChoices}. */
export type ExecutionEvents = (typeof executionEventChoices)[number];

/**
 * Publishes the ends of batches and executions to listeners outside. Best effort: the store has the
 * result, and an event may be lost with the process that was about to publish it, or be published
 * twice.
 */
export interface EventBus {
  /** Publishes any number of events. Never throws: a failure is logged. */
  publish(events: readonly BusEvent[]): Promise<void>;
}
