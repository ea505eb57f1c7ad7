/**
 * The codes of the compact form of histories. What is stored uses them, so none ever changes its
 * place: new types and fields are added at the ends of the lists.
 */
import type { HistoryEventDetails, HistoryEventType } from '../history-event.ts';

/** The types of events, in the order of their codes. */
const types: readonly HistoryEventType[] = [
  'ExecutionStarted',
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'ExecutionAborted',
  'ExecutionRedriven',
  'TaskStateEntered',
  'PassStateEntered',
  'ChoiceStateEntered',
  'WaitStateEntered',
  'SucceedStateEntered',
  'FailStateEntered',
  'ParallelStateEntered',
  'MapStateEntered',
  'TaskStateExited',
  'PassStateExited',
  'ChoiceStateExited',
  'WaitStateExited',
  'SucceedStateExited',
  'ParallelStateExited',
  'MapStateExited',
  'TaskStateAborted',
  'WaitStateAborted',
  'ParallelStateAborted',
  'MapStateAborted',
  'ParallelStateStarted',
  'ParallelStateSucceeded',
  'ParallelStateFailed',
  'MapStateStarted',
  'MapStateSucceeded',
  'MapStateFailed',
  'MapIterationStarted',
  'MapIterationSucceeded',
  'MapIterationFailed',
  'MapIterationAborted',
  'MapRunStarted',
  'MapRunSucceeded',
  'MapRunFailed',
  'MapRunAborted',
  'MapRunRedriven',
  'EvaluationFailed',
  'TaskSubmitted',
  'LambdaFunctionScheduled',
  'LambdaFunctionStarted',
  'LambdaFunctionSucceeded',
  'LambdaFunctionFailed',
  'LambdaFunctionTimedOut',
  'TaskScheduled',
  'TaskStarted',
  'TaskSucceeded',
  'TaskFailed',
  'TaskTimedOut',
  'ActivityScheduled',
  'ActivityStarted',
  'ActivitySucceeded',
  'ActivityFailed',
  'ActivityTimedOut',
];

/** The fields of details, in the order of their codes. */
const fields: readonly string[] = [
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'error',
  'cause',
  'name',
  'resource',
  'resourceType',
  'roleArn',
  'region',
  'parameters',
  'timeoutInSeconds',
  'heartbeatInSeconds',
  'taskCredentials',
  'index',
  'length',
  'mapRunArn',
  'redriveCount',
  'assignedVariables',
  'assignedVariablesDetails',
  'location',
  'state',
  'workerName',
];

/** The code of an event that is stored as its JSON text. */
export const wholeEvent = '!';

const codeByType = new Map<string, string>(types.map((type, index) => [type, codeAt(index)]));
const typeByCode = new Map(types.map((type, index) => [codeAt(index), type]));
const codeByField = new Map(fields.map((field, index) => [field, codeAt(index)]));
const fieldByCode = new Map(fields.map((field, index) => [codeAt(index), field]));

/** A character that needs no escape in JSON; no space, no `!` and none of the marks of values. */
function codeAt(index: number): string {
  const code = 65 + index + (65 + index >= 92 ? 1 : 0);
  return String.fromCharCode(code <= 126 ? code : code + 34);
}

/** Returns the code of a type; undefined for a type without one. */
export function codeOfType(type: string): string | undefined {
  return codeByType.get(type);
}

/** Returns the type of a code; undefined for a code that a newer program has written. */
export function typeOfCode(code: string): HistoryEventType | undefined {
  return typeByCode.get(code);
}

/** Returns the code of a field of details; undefined for a field without one. */
export function codeOfField(field: string): string | undefined {
  return codeByField.get(field);
}

/** Returns the field of a code; undefined for a code that a newer program has written. */
export function fieldOfCode(code: string): string | undefined {
  return fieldByCode.get(code);
}

/** Returns the key of the details of a type of event. */
export function detailsKeyOf(type: HistoryEventType): keyof HistoryEventDetails {
  const known = detailsKeys.get(type);
  if (known !== undefined) return known;
  // All kinds of states share the details of entries and exits.
  const kind = type.replace(/^[A-Z][a-z]+(?=State(Entered|Exited)$)/, '');
  const key = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}EventDetails`;
  detailsKeys.set(type, key as keyof HistoryEventDetails);
  return key as keyof HistoryEventDetails;
}

/** Of the types that have a code, and of no other. */
const detailsKeys = new Map<HistoryEventType, keyof HistoryEventDetails>();
