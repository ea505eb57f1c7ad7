/**
 * What the history says about the work of a Task. Its `Resource` decides the words: LambdaFunction…
 * for a function's ARN and for a handler's name, Activity… for an activity's ARN, Task… for a
 * service integration.
 */
import { type FailureDetails, whole } from './history-event.ts';
import type { Visit } from './visit.ts';

/** Which family of events a resource writes. */
export type TaskKind =
  | { readonly kind: 'lambda' }
  | { readonly kind: 'activity' }
  | { readonly kind: 'service'; readonly resource: string; readonly resourceType: string };

/** Limits that were set for one try, in seconds; absent when the definition sets none. */
export interface TaskTiming {
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
}

const lambda: TaskKind = Object.freeze({ kind: 'lambda' });
const activity: TaskKind = Object.freeze({ kind: 'activity' });
const servicePrefix = /^arn:[^:]*:states:::(.*)$/s;
const activityPrefix = /^arn:[^:]*:states:[^:]+:[^:]*:activity:/;

/** The family of `resource`; whatever is neither an integration nor an activity is a function. */
export function taskKindOf(resource: string): TaskKind {
  if (activityPrefix.test(resource)) return activity;
  const api = servicePrefix.exec(resource)?.[1];
  if (api === undefined) return lambda;
  const colon = api.lastIndexOf(':');
  return {
    kind: 'service',
    resource: api.slice(colon + 1),
    resourceType: colon < 0 ? '' : api.slice(0, colon),
  };
}

/** The command is out: Scheduled and Started. `parameters` is a JSON text. */
export function recordScheduled(
  visit: Visit,
  task: { readonly kind: TaskKind; readonly resource: string },
  parameters: string,
  timing: TaskTiming,
): void {
  const { kind, resource } = task;
  if (kind.kind === 'service') {
    const names = { resource: kind.resource, resourceType: kind.resourceType };
    const region = visit.turn.identity.arn.split(':')[3] ?? '';
    visit.record('TaskScheduled', {
      taskScheduledEventDetails: { ...names, region, parameters, ...timing },
    });
    visit.record('TaskStarted', { taskStartedEventDetails: names });
    return;
  }
  const details = { input: parameters, inputDetails: whole, resource, ...timing };
  if (kind.kind === 'activity') {
    visit.record('ActivityScheduled', { activityScheduledEventDetails: details });
    visit.record('ActivityStarted', { activityStartedEventDetails: {} });
  } else {
    visit.record('LambdaFunctionScheduled', { lambdaFunctionScheduledEventDetails: details });
    visit.record('LambdaFunctionStarted');
  }
}

/** The work succeeded; `output` is a JSON text. */
export function recordSucceeded(visit: Visit, kind: TaskKind, output: string): void {
  const details = { output, outputDetails: whole };
  switch (kind.kind) {
    case 'service': {
      const { resource, resourceType } = kind;
      visit.record('TaskSucceeded', {
        taskSucceededEventDetails: { ...details, resource, resourceType },
      });
      break;
    }
    case 'activity':
      visit.record('ActivitySucceeded', { activitySucceededEventDetails: details });
      break;
    case 'lambda':
      visit.record('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: details });
  }
}

/** The work failed. */
export function recordFailed(visit: Visit, kind: TaskKind, details: FailureDetails): void {
  switch (kind.kind) {
    case 'service': {
      const { resource, resourceType } = kind;
      visit.record('TaskFailed', {
        taskFailedEventDetails: { ...details, resource, resourceType },
      });
      break;
    }
    case 'activity':
      visit.record('ActivityFailed', { activityFailedEventDetails: details });
      break;
    case 'lambda':
      visit.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
  }
}

/** The work took too long, or gave no sign of life for too long. */
export function recordTimedOut(visit: Visit, kind: TaskKind, error: string): void {
  switch (kind.kind) {
    case 'service': {
      const { resource, resourceType } = kind;
      visit.record('TaskTimedOut', { taskTimedOutEventDetails: { error, resource, resourceType } });
      break;
    }
    case 'activity':
      visit.record('ActivityTimedOut', { activityTimedOutEventDetails: { error } });
      break;
    case 'lambda':
      visit.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: { error } });
  }
}
