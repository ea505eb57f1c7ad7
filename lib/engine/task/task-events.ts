/**
 * Records the history events of a Task's work. Its `Resource` decides the types: LambdaFunction…
 * for the ARN of a function and the name of a handler, Activity… for the ARN of an activity, Task…
 * for a service integration.
 */
import { type FailureDetails, notTruncated } from '../history-event.ts';
import type { Visit } from '../visit.ts';
import type { TaskKind } from './task-resource.ts';

/** The time limits of one run of the task, in seconds; absent when the definition has none. */
export interface TaskTiming {
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
}

/** The contents of a scheduled event in addition to its resource. */
export interface SchedulingDetails {
  /** A JSON text. */
  readonly parameters: string;
  readonly timing: TaskTiming;
  /** The role that the call assumes; undefined without `Credentials`. */
  readonly roleArn: string | undefined;
}

/** Records that the command was sent: Scheduled, and Started except for activities. */
export function recordScheduled(
  visit: Visit,
  task: { readonly kind: TaskKind; readonly resource: string },
  { parameters, timing, roleArn }: SchedulingDetails,
): void {
  const { kind, resource } = task;
  const credentials = roleArn === undefined ? none : { taskCredentials: { roleArn } };
  if (kind.kind === 'service') {
    const names = { resource: kind.resource, resourceType: kind.resourceType };
    const region = visit.transition.identity.arn.split(':')[3] ?? '';
    visit.record('TaskScheduled', {
      taskScheduledEventDetails: { ...names, region, parameters, ...timing, ...credentials },
    });
    visit.record('TaskStarted', { taskStartedEventDetails: names });
    return;
  }
  const details = { input: parameters, inputDetails: notTruncated, resource, ...timing };
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

/** Records that a request was accepted; `output` is the reply, a JSON text. */
export function recordSubmitted(visit: Visit, kind: TaskKind, output: string): void {
  if (kind.kind !== 'service') return;
  const { resource, resourceType } = kind;
  visit.record('TaskSubmitted', {
    taskSubmittedEventDetails: { resource, resourceType, output, outputDetails: notTruncated },
  });
}

/** Records that a worker started the work of an activity. */
export function recordStarted(visit: Visit, workerName: string | undefined): void {
  visit.record('ActivityStarted', {
    activityStartedEventDetails: workerName === undefined ? {} : { workerName },
  });
}

/** Records that the work succeeded; `output` is a JSON text. */
export function recordSucceeded(visit: Visit, kind: TaskKind, output: string): void {
  const details = { output, outputDetails: notTruncated };
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

/** Records that the work failed. */
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

/** Records that the work timed out, or missed a heartbeat. */
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
