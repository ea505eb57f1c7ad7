/**
 * Events of an execution's history as they stand in its log, in the shape that Step Functions gives
 * them in CloudWatch Logs. Pure; without `includeExecutionData` no payload gets through.
 */
import type { JsonObject } from '../asl/json/json.ts';
import type { HistoryEvent, HistoryEventType } from './history-event.ts';

/** Which events are logged: all, those of failures, those of failed executions, or none. */
export type LogEventLevel = 'ALL' | 'ERROR' | 'FATAL' | 'OFF';

/** What is logged of a machine's executions. */
export interface LoggingConfiguration {
  /** @default OFF */
  readonly level?: LogEventLevel;
  /** Whether inputs, outputs, parameters and variables are logged too. @default false */
  readonly includeExecutionData?: boolean;
}

/** What holds unless a machine's configuration says otherwise. */
export const loggingDefaults: Required<LoggingConfiguration> = Object.freeze({
  level: 'OFF',
  includeExecutionData: false,
});

/** One event. Numbers are texts, as at AWS. */
export interface ExecutionLogEvent {
  readonly id: string;
  readonly type: HistoryEventType;
  readonly details: JsonObject;
  readonly previous_event_id: string;
  /** Milliseconds since 1970. */
  readonly event_timestamp: string;
  readonly execution_arn: string;
  readonly redrive_count: string;
}

/** Of whom the log tells. */
export interface LoggedExecution {
  readonly arn: string;
  readonly redrives: number;
}

/** The entries for `history`, in order. */
export function logEventsOf(
  history: readonly HistoryEvent[],
  { arn, redrives }: LoggedExecution,
  logging: LoggingConfiguration,
): ExecutionLogEvent[] {
  const { level, includeExecutionData } = { ...loggingDefaults, ...logging };
  return history
    .filter(({ type }) => isLogged(type, level))
    .map(({ id, type, previousEventId, timestamp, ...rest }) => ({
      id: String(id),
      type,
      details: detailsIn(rest, includeExecutionData),
      previous_event_id: String(previousEventId),
      event_timestamp: String(timestamp),
      execution_arn: arn,
      redrive_count: String(redrives),
    }));
}

function isLogged(type: HistoryEventType, level: LogEventLevel): boolean {
  switch (level) {
    case 'ALL':
      return true;
    case 'ERROR':
      return type === 'FailStateEntered' || /(?:Failed|TimedOut|Aborted)$/.test(type);
    case 'FATAL':
      return /^Execution(?:Failed|TimedOut|Aborted)$/.test(type);
    default:
      return false;
  }
}

/** The fields of details that hold a user's data, or say something of it. */
const payloadFields: ReadonlySet<string> = new Set([
  ...['input', 'inputDetails', 'output', 'outputDetails', 'parameters'],
  ...['assignedVariables', 'assignedVariablesDetails'],
]);

/** The details, which stand under one key of their own in an event of the history. */
function detailsIn(rest: object, includeExecutionData: boolean): JsonObject {
  const [details = {}] = Object.values(rest) as JsonObject[];
  if (includeExecutionData) return details;
  return Object.fromEntries(Object.entries(details).filter(([field]) => !payloadFields.has(field)));
}
