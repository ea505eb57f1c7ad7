/**
 * Where the logs of executions go. Best effort, as at AWS: writing neither waits nor fails, so that
 * a log never holds up or fails an execution.
 */
import type { ExecutionLogEvent } from '../engine/execution-log-event.ts';

export interface ExecutionLog {
  /** Takes the events of one execution's step, in order. */
  write(events: readonly ExecutionLogEvent[]): void;
  /** Resolves when everything that was taken is written, as far as it can be. */
  close(): Promise<void>;
}
