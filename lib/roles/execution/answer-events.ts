import type { InvokeEffect } from '../../engine/effect.ts';
import type { UntimedEvent } from '../../engine/event.ts';
import type { InvocationResult } from '../../ports/task-invoker.ts';

/** Converts the result of a call to the events that answer its command, in order. */
export function toAnswerEvents(
  { command, pattern }: Pick<InvokeEffect, 'command' | 'pattern'>,
  result: InvocationResult,
): UntimedEvent[] {
  if ('submitted' in result) {
    return [{ type: 'commandSubmitted', command, output: result.submitted }];
  }
  const answer: UntimedEvent = result.ok
    ? { type: 'commandSucceeded', command, result: result.result }
    : { type: 'commandFailed', command, error: result.error, cause: result.cause };
  // An activity that a call answers was run by a handler of the app.
  return pattern === 'activity' ? [{ type: 'commandStarted', command }, answer] : [answer];
}
