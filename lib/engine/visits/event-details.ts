/** Reads what a fold needs of history events, without keeping their documents. */
import { parseArn } from '../arn/parse-arn.ts';
import type { FailureDetails, HistoryEvent, TaskResource } from '../history-event.ts';
import type { AnsweredBy, VisitLink } from './folded-visit.ts';

/** Maximum length of a cause that is kept, in characters: a history may have many. */
const keptCauseCharsMax = 1_000;

/** A failure as it is kept of an event. */
export interface KeptFailure {
  readonly error: string | null;
  readonly cause: string | null;
}

/** Returns the failure that an event tells; null for other events. */
export function failureIn(event: HistoryEvent): KeptFailure | null {
  const details: FailureDetails | undefined =
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.activityFailedEventDetails ??
    event.activityTimedOutEventDetails ??
    event.mapRunFailedEventDetails ??
    event.evaluationFailedEventDetails ??
    event.executionFailedEventDetails ??
    event.executionAbortedEventDetails ??
    event.executionTimedOutEventDetails;
  if (details === undefined) return null;
  const { error = null, cause = null } = details;
  return { error, cause: cause === null ? null : cause.slice(0, keptCauseCharsMax) };
}

/** Returns what answers the call that an event has scheduled. */
export function answererOf(event: HistoryEvent): AnsweredBy {
  if (event.activityScheduledEventDetails !== undefined) return 'activity';
  const { resource, resourceType } = event.taskScheduledEventDetails ?? {};
  if (resource === undefined) return 'handler';
  if (resourceType === 'millrace' && resource === 'receiveMessage') return 'message';
  if (resource.endsWith('.waitForTaskToken')) return 'token';
  return isStartExecution({ resource, resourceType: resourceType ?? '' }, '.sync')
    ? 'execution'
    : 'handler';
}

/** Returns the execution that a Task has started, as its reply names it; null for other events. */
export function startedExecution(event: HistoryEvent): VisitLink | null {
  const reply = event.taskSubmittedEventDetails ?? event.taskSucceededEventDetails;
  if (reply === undefined || !isStartExecution(reply)) return null;
  const [, arn = ''] = /"ExecutionArn":"([^"\\]+)"/.exec(reply.output) ?? [];
  const subject = parseArn(arn)?.subject;
  switch (subject?.kind) {
    case 'execution':
      return { kind: 'execution', id: `${subject.machine}:${subject.name}` };
    case 'express':
      return { kind: 'execution', id: subject.id };
    default:
      return null;
  }
}

function isStartExecution({ resource, resourceType }: TaskResource, suffix = ''): boolean {
  return resourceType === 'states' && resource.startsWith(`startExecution${suffix}`);
}

/** Returns the batch of a distributed Map; null for other events. */
export function startedBatch({ mapRunStartedEventDetails }: HistoryEvent): VisitLink | null {
  const arn = mapRunStartedEventDetails?.mapRunArn;
  return arn === undefined ? null : { kind: 'batch', id: arn.slice(arn.lastIndexOf(':') + 1) };
}

/** Returns the length of a text in UTF-8, in bytes. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // Each half of a surrogate pair counts for two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}
