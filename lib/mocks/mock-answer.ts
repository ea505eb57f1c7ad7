/** Chooses the answer of a mocked call, and gives it the form in which real calls answer. */
import { ErrorName } from '../asl/state-error.ts';
import type { CallPattern } from '../engine/task/task-resource.ts';
import type { CallResult, InvocationResult } from '../ports/task-invoker.ts';
import type { MockedAnswer, MockedResponse } from './mock-file.ts';

/**
 * Returns the answer to the call with this number, counted from 0. A call after the last answer
 * fails with `States.Runtime`, which neither a retrier nor a catcher of `States.ALL` hides.
 */
export function selectMockedAnswer(response: MockedResponse, call: number): MockedAnswer {
  const range = response.ranges.find(({ from, to }) => call >= from && call <= to);
  if (range !== undefined) return range.answer;
  const last = response.ranges.at(-1)?.to ?? -1;
  const cause = `the mocked response '${response.name}' has no answer to call ${call}: its last is ${last}`;
  return { kind: 'throw', error: ErrorName.runtime, cause };
}

/**
 * Returns the result of the call. Where the result of a job arrives later (`.sync`,
 * `.waitForTaskToken`), the request is accepted first, and the mocked answer is the job's.
 */
export function toMockedResult(mocked: MockedAnswer, pattern: CallPattern): InvocationResult {
  const answer: CallResult =
    mocked.kind === 'return'
      ? { ok: true, result: mocked.value }
      : { ok: false, error: mocked.error, cause: mocked.cause };
  const isLater = pattern === 'sync' || pattern === 'token';
  return isLater ? { ok: true, submitted: {}, answer } : answer;
}
