/**
 * Where the ends of batches and executions are told to whoever listens outside. Best effort: what
 * has ended stands in the store, and an event may be lost with the process that was to tell it, or
 * be told twice.
 */
import type { JsonObject } from '../asl/json/json.ts';

/** Something that has happened. */
export interface BusEvent {
  /** What kind, in the words of the bus (`millrace.batch.ended` …). */
  readonly type: string;
  /** Ids, names, statuses and numbers; never a payload. */
  readonly detail: JsonObject;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface EventBus {
  /** Tells any number of events. Never throws: a failure is logged. */
  publish(events: readonly BusEvent[]): Promise<void>;
}

/** Nobody listens. */
export const noEventBus: EventBus = Object.freeze({ publish: async () => {} });
