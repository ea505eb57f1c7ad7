import type { JsonObject } from '../asl/json/json.ts';
import type { ExecutionLogEvent } from '../engine/execution-log-event.ts';
import type { HistoryEventType } from '../engine/history-event.ts';
import type { ExecutionLog } from '../ports/execution-log.ts';

/** An event of an execution, as Step Functions' history has it. */
export interface RunEvent {
  readonly id: number;
  readonly type: HistoryEventType;
  readonly previousEventId: number;
  /** Milliseconds since 1970, in the time of the test. */
  readonly timestamp: number;
  /** The details of the event, such as `{ name, input }` of an entered state. */
  readonly details: JsonObject;
}

/** An execution of a run: of the tested machine, a nested one, or a distributed Map's child. */
export interface RecordedExecution {
  readonly arn: string;
  /** The states that it has entered, in order. */
  readonly path: readonly string[];
  readonly events: readonly RunEvent[];
}

/** Records the events of all executions of a run, in the order in which they first ran. */
export class RunRecorder implements ExecutionLog {
  readonly #events = new Map<string, RunEvent[]>();

  write(events: readonly ExecutionLogEvent[]): void {
    for (const event of events) {
      const { execution_arn: arn, id, type, details } = event;
      const recorded = this.#events.get(arn) ?? [];
      this.#events.set(arn, recorded);
      recorded.push({
        id: Number(id),
        type,
        previousEventId: Number(event.previous_event_id),
        timestamp: Number(event.event_timestamp),
        details,
      });
    }
  }

  async close(): Promise<void> {}

  /** The executions; that of the tested machine is the first. */
  get executions(): readonly RecordedExecution[] {
    return [...this.#events].map(([arn, events]) => ({ arn, events, path: pathOf(events) }));
  }

  /** The states that were entered and not left, of all executions. */
  get openStates(): readonly string[] {
    return this.executions.flatMap(({ events }) => {
      const open = new Map<string, number>();
      for (const { type, details } of events) {
        const step = type.endsWith('StateEntered') ? 1 : type.endsWith('StateExited') ? -1 : 0;
        const { name } = details;
        if (step === 0 || typeof name !== 'string') continue;
        open.set(name, (open.get(name) ?? 0) + step);
      }
      return [...open].flatMap(([name, count]) => (count > 0 ? [name] : []));
    });
  }
}

function pathOf(events: readonly RunEvent[]): string[] {
  return events.flatMap(({ type, details: { name } }) =>
    type.endsWith('StateEntered') && typeof name === 'string' ? [name] : [],
  );
}
