/** Derives from a Task's `Resource` its family of history events and its call pattern. */

/** The family of history events for a resource. */
export type TaskKind =
  | { readonly kind: 'lambda' }
  | { readonly kind: 'activity' }
  | { readonly kind: 'service'; readonly resource: string; readonly resourceType: string };

/**
 * How a command is answered: by the reply to the call (`request`), by the end of the job that the
 * call started (`sync`), by the holder of its task token (`token`), by a worker that polls for work
 * and then holds the token (`activity`), or by a message that matches (`message`).
 */
export type CallPattern = 'request' | 'sync' | 'token' | 'activity' | 'message';

const lambda: TaskKind = Object.freeze({ kind: 'lambda' });
const activity: TaskKind = Object.freeze({ kind: 'activity' });
const servicePrefix = /^arn:[^:]*:states:::(.*)$/s;
const activityPrefix = /^arn:[^:]*:states:[^:]+:[^:]*:activity:/;

/** Returns the family of `resource`; anything but an integration or an activity is a function. */
export function parseTaskKind(resource: string): TaskKind {
  if (activityPrefix.test(resource)) return activity;
  const api = servicePrefix.exec(resource)?.[1];
  if (api === undefined) return lambda;
  // In `states:startExecution.sync:2`, the last colon is part of the pattern.
  const colon = api.replace(/:2$/, '').lastIndexOf(':');
  return {
    kind: 'service',
    resource: api.slice(colon + 1),
    resourceType: colon < 0 ? '' : api.slice(0, colon),
  };
}

/** Whether a command in this pattern has a task token. */
export function hasTaskToken(pattern: CallPattern): boolean {
  return pattern === 'sync' || pattern === 'token' || pattern === 'activity';
}

/** Returns the call pattern of a resource of this kind. */
export function findCallPattern(kind: TaskKind): CallPattern {
  if (kind.kind === 'activity') return 'activity';
  if (kind.kind === 'lambda') return 'request';
  if (kind.resource.endsWith('.waitForTaskToken')) return 'token';
  return /\.sync(?::2)?$/.test(kind.resource) ? 'sync' : 'request';
}
