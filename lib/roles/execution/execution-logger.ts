import { type AwsScope, defaultScope } from '../../engine/arn/aws-scope.ts';
import { type LoggingConfiguration, toLogEvents } from '../../engine/execution-log-event.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import type { Machine } from '../../engine/machine.ts';
import type { ExecutionLog } from '../../ports/execution-log.ts';
import { type NamedExecution, toArn } from './run-identity.ts';

/**
 * Writes the events of executions to the execution log, as the logging configuration of their
 * machines says. It gets committed events of STANDARD machines, and all events of EXPRESS machines.
 */
export class ExecutionLogger {
  readonly #log: Pick<ExecutionLog, 'write'>;
  readonly #findLogging: (machineId: string) => LoggingConfiguration;
  readonly #scope: AwsScope;

  /** @param scope the account and region that ARNs name */
  constructor(
    log: Pick<ExecutionLog, 'write'>,
    findLogging: (machineId: string) => LoggingConfiguration,
    scope: AwsScope = defaultScope,
  ) {
    this.#log = log;
    this.#findLogging = findLogging;
    this.#scope = scope;
  }

  /**
   * Logs the events of one step.
   * @param redrives how often the execution has been redriven, after this step
   */
  write(
    execution: Omit<NamedExecution, 'input'>,
    machine: Pick<Machine, 'type' | 'logging'>,
    history: readonly HistoryEvent[],
    redrives: number,
  ): void {
    const logged = { arn: toArn(execution, machine, this.#scope), redrives };
    const events = toLogEvents(
      history,
      logged,
      machine.logging ?? this.#findLogging(execution.machineId),
    );
    if (events.length > 0) this.#log.write(events);
  }
}
