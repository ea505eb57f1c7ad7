/**
 * What a Task's `Resource` says beside its name: which family of events the history uses for it,
 * and in which pattern it is called.
 */

/** Which family of events a resource writes. */
export type TaskKind =
  | { readonly kind: 'lambda' }
  | { readonly kind: 'activity' }
  | { readonly kind: 'service'; readonly resource: string; readonly resourceType: string };

/**
 * How a command comes to its answer: by the call's own reply (`request`), by the end of the job
 * that the call started (`sync`), by whoever holds its task token (`token`), by a worker that asks
 * for work and holds the token from then on (`activity`), or by a message that matches (`message`).
 */
export type CallPattern = 'request' | 'sync' | 'token' | 'activity' | 'message';

const lambda: TaskKind = Object.freeze({ kind: 'lambda' });
const activity: TaskKind = Object.freeze({ kind: 'activity' });
const servicePrefix = /^arn:[^:]*:states:::(.*)$/s;
const activityPrefix = /^arn:[^:]*:states:[^:]+:[^:]*:activity:/;

/** The family of `resource`; whatever is neither an integration nor an activity is a function. */
export function taskKindOf(resource: string): TaskKind {
  if (activityPrefix.test(resource)) return activity;
  const api = servicePrefix.exec(resource)?.[1];
  if (api === undefined) return lambda;
  // in `states:startExecution.sync:2` the last colon is part of the pattern
  const colon = api.replace(/:2$/, '').lastIndexOf(':');
  return {
    kind: 'service',
    resource: api.slice(colon + 1),
    resourceType: colon < 0 ? '' : api.slice(0, colon),
  };
}

/** Whether a command in this pattern is answered by whoever holds its token. */
export function hasTaskToken(pattern: CallPattern): boolean {
  return pattern === 'sync' || pattern === 'token' || pattern === 'activity';
}

/** The pattern of a resource of this kind. */
export function callPatternOf(kind: TaskKind): CallPattern {
  if (kind.kind === 'activity') return 'activity';
  if (kind.kind === 'lambda') return 'request';
  if (kind.resource.endsWith('.waitForTaskToken')) return 'token';
  return /\.sync(?::2)?$/.test(kind.resource) ? 'sync' : 'request';
}
