/** What the machine is told of a call that has come back. */
import type { InvokeEffect } from '../../engine/effect.ts';
import type { EngineEvent } from '../../engine/event.ts';
import type { InvocationResult } from '../../ports/task-invoker.ts';

/** An event that is yet to be given its time and seed. */
export type UntimedEvent<Event = EngineEvent> = Event extends unknown
  ? Omit<Event, 'at' | 'seed'>
  : never;

/** The events that `result` stands for, in order. */
export function answerEvents(
  { command, pattern }: Pick<InvokeEffect, 'command' | 'pattern'>,
  result: InvocationResult,
): UntimedEvent[] {
  if ('submitted' in result) {
    return [{ type: 'commandSubmitted', command, output: result.submitted }];
  }
  const answer: UntimedEvent = result.ok
    ? { type: 'commandSucceeded', command, result: result.result }
    : { type: 'commandFailed', command, error: result.error, cause: result.cause };
  // an activity that a call answers was worked on by a handler of the app
  return pattern === 'activity' ? [{ type: 'commandStarted', command }, answer] : [answer];
}
