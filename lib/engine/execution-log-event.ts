import type { JsonObject } from '../asl/json/json.ts';
import type { HistoryEvent, HistoryEventType } from './history-event.ts';

/** Which history events are logged: all, failures, failed executions, or none. */
export type LogEventLevel = 'ALL' | 'ERROR' | 'FATAL' | 'OFF';

/** How the executions of a machine are logged. */
export interface LoggingConfiguration {
  /** @default OFF */
  readonly level?: LogEventLevel;
  /** Whether to log inputs, outputs, parameters and variables, too. @default false */
  readonly includeExecutionData?: boolean;
}

/** The logging configuration of a machine that sets none. */
export const loggingDefaults: Required<LoggingConfiguration> = Object.freeze({
  level: 'OFF',
  includeExecutionData: false,
});

/**
 * A history event in the log of an execution, in the shape that Step Functions writes to CloudWatch
 * Logs: numbers are strings.
 */
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

/** The execution that log events belong to. */
export interface LoggedExecution {
  readonly arn: string;
  readonly redrives: number;
}

/** Converts history events to log events, in order. Pure. */
export function toLogEvents(
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
      details: extractDetails(rest, includeExecutionData),
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

/** The fields of details that hold or describe a user's data. */
const payloadFields: ReadonlySet<string> = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

/** Returns the details of a history event, which are under its only other key. */
function extractDetails(rest: object, includeExecutionData: boolean): JsonObject {
  const [details = {}] = Object.values(rest) as JsonObject[];
  if (includeExecutionData) return details;
  return Object.fromEntries(Object.entries(details).filter(([field]) => !payloadFields.has(field)));
}
