/** How an event of a history reads, and which documents it has. Pure. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';

/** An event of a history. */
export type HistoryEvent = ApiReply<'getExecutionHistory'>['events'][number];

/** The types of events, as words of a filter. */
export const eventTypes = [
  'ExecutionStarted',
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'ExecutionAborted',
  'ExecutionRedriven',
  'TaskStateEntered',
  'TaskStateExited',
  'PassStateEntered',
  'PassStateExited',
  'ChoiceStateEntered',
  'ChoiceStateExited',
  'WaitStateEntered',
  'WaitStateExited',
  'SucceedStateEntered',
  'SucceedStateExited',
  'FailStateEntered',
  'ParallelStateEntered',
  'ParallelStateExited',
  'MapStateEntered',
  'MapStateExited',
  'MapIterationStarted',
  'MapIterationSucceeded',
  'MapIterationFailed',
  'LambdaFunctionScheduled',
  'LambdaFunctionSucceeded',
  'LambdaFunctionFailed',
  'LambdaFunctionTimedOut',
  'TaskScheduled',
  'TaskSubmitted',
  'TaskSucceeded',
  'TaskFailed',
  'TaskTimedOut',
  'ActivityScheduled',
  'ActivitySucceeded',
  'ActivityFailed',
  'EvaluationFailed',
] as const satisfies readonly HistoryEvent['type'][];

/** An event in a line. */
export interface EventLine {
  /** The type in words: `Task state entered`. */
  readonly words: string;
  /** The state that it names; null for other events. */
  readonly state: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly isFailure: boolean;
  /** The fields of it that are documents, as `getDocument` names them. */
  readonly documents: readonly string[];
  /** What else it says, in a few words; '' when nothing. */
  readonly detail: string;
}

/** Describes an event. */
export function describeEvent(event: HistoryEvent): EventLine {
  const { type } = event;
  const details = detailsOf(event);
  return {
    words: wordsOf(type),
    state: textOf(details.name) ?? textOf(details.state),
    error: textOf(details.error),
    cause: textOf(details.cause),
    isFailure: /Failed$|TimedOut$|Aborted$/.test(type),
    documents: documentsOf(type),
    detail: detailText(details),
  };
}

/** Returns `Task state entered` for `TaskStateEntered`. */
function wordsOf(type: string): string {
  const words = type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  for (const [key, value] of Object.entries(event)) {
    if (key.endsWith('EventDetails') && typeof value === 'object' && value !== null) return value;
  }
  return {};
}

function documentsOf(type: string): string[] {
  if (/(?:StateEntered|Scheduled|ExecutionStarted)$/.test(type)) return ['input'];
  const hasOutput = /(?:StateExited|TaskSubmitted|(?:Task|Function|Activity|Execution)Succeeded)$/;
  return hasOutput.test(type) ? ['output'] : [];
}

function detailText(details: Readonly<Record<string, unknown>>): string {
  const { resource, resourceType, index, length, redriveCount, workerName, location } = details;
  const parts = [
    textOf(resourceType) === null
      ? textOf(resource)
      : `${textOf(resourceType)}:${textOf(resource)}`,
    typeof index === 'number' ? `iteration ${index}` : null,
    typeof length === 'number' ? `${length} iterations` : null,
    typeof redriveCount === 'number' ? `redrive ${redriveCount}` : null,
    textOf(workerName) === null ? null : `worker ${textOf(workerName)}`,
    textOf(location) === null ? null : `at ${textOf(location)}`,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
