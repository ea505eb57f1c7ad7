import type { ExecutionLogEvent } from '../engine/execution-log-event.ts';

/**
 * Receives the log events of executions. Best effort, as on AWS: writing neither waits nor fails,
 * so that logging never delays or fails an execution.
 */
export interface ExecutionLog {
  /** Takes the events of one execution's step, in order. */
  write(events: readonly ExecutionLogEvent[]): void;
  /** Resolves when everything that was taken is written, as far as possible. */
  close(): Promise<void>;
}
