/**
 * What the history says about the work of a Task. Its `Resource` decides the words: LambdaFunction…
 * for a function's ARN and for a handler's name, Activity… for an activity's ARN, Task… for a
 * service integration.
 */
import { type FailureDetails, whole } from '../history-event.ts';
import type { Visit } from '../visit.ts';
import type { TaskKind } from './task-resource.ts';

/** Limits that were set for one try, in seconds; absent when the definition sets none. */
export interface TaskTiming {
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
}

/** What the event of a command that is out tells beside its resource. */
export interface Scheduling {
  /** A JSON text. */
  readonly parameters: string;
  readonly timing: TaskTiming;
  /** The role that the call is made with; undefined without `Credentials`. */
  readonly roleArn: string | undefined;
}

/**
 * The command is out: Scheduled, and Started at once unless a worker has to come for it first.
 */
export function recordScheduled(
  visit: Visit,
  task: { readonly kind: TaskKind; readonly resource: string },
  { parameters, timing, roleArn }: Scheduling,
): void {
  const { kind, resource } = task;
  const credentials = roleArn === undefined ? none : { taskCredentials: { roleArn } };
  if (kind.kind === 'service') {
    const names = { resource: kind.resource, resourceType: kind.resourceType };
    const region = visit.turn.identity.arn.split(':')[3] ?? '';
    visit.record('TaskScheduled', {
      taskScheduledEventDetails: { ...names, region, parameters, ...timing, ...credentials },
    });
    visit.record('TaskStarted', { taskStartedEventDetails: names });
    return;
  }
  const details = { input: parameters, inputDetails: whole, resource, ...timing };
  if (kind.kind === 'activity') {
    visit.record('ActivityScheduled', { activityScheduledEventDetails: details });
  } else {
    visit.record('LambdaFunctionScheduled', {
      lambdaFunctionScheduledEventDetails:
        credentials === none ? details : { ...details, ...credentials },
    });
    visit.record('LambdaFunctionStarted');
  }
}

const none = Object.freeze({});

/** A request was accepted whose answer comes later; `output`, a JSON text, was the reply. */
export function recordSubmitted(visit: Visit, kind: TaskKind, output: string): void {
  if (kind.kind !== 'service') return;
  const { resource, resourceType } = kind;
  visit.record('TaskSubmitted', {
    taskSubmittedEventDetails: { resource, resourceType, output, outputDetails: whole },
  });
}

/** A worker has taken an activity's work up. */
export function recordStarted(visit: Visit, workerName: string | undefined): void {
  visit.record('ActivityStarted', {
    activityStartedEventDetails: workerName === undefined ? {} : { workerName },
  });
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
