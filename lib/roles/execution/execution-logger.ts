/**
 * Logs what executions do, as far as their machines' configuration wants it. It is told only what
 * stands: of a STANDARD machine what is committed, of an EXPRESS machine what has happened.
 */
import { type LoggingConfiguration, logEventsOf } from '../../engine/execution-log-event.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import type { Machine } from '../../engine/machine.ts';
import type { ExecutionLog } from '../../ports/execution-log.ts';
import { arnOf, type Named } from './run-identity.ts';

export class ExecutionLogger {
  readonly #log: Pick<ExecutionLog, 'write'>;
  readonly #loggingOf: (machineId: string) => LoggingConfiguration;

  constructor(
    log: Pick<ExecutionLog, 'write'>,
    loggingOf: (machineId: string) => LoggingConfiguration,
  ) {
    this.#log = log;
    this.#loggingOf = loggingOf;
  }

  /** Logs the events of one step, after which the execution had been redriven `redrives` times. */
  write(
    execution: Omit<Named, 'input'>,
    machine: Pick<Machine, 'type'>,
    history: readonly HistoryEvent[],
    redrives: number,
  ): void {
    const logged = { arn: arnOf(execution, machine), redrives };
    const events = logEventsOf(history, logged, this.#loggingOf(execution.machineId));
    if (events.length > 0) this.#log.write(events);
  }
}
