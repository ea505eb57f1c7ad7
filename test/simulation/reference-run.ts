/** What comes out of an execution when nothing goes wrong: the pure engine, run alone. */
import type { Json } from '../../lib/asl/json.ts';
import type { EndStatus } from '../../lib/engine/status.ts';
import { assert } from '../../lib/errors.ts';
import { decideFinish } from '../../lib/roles/finish-decision.ts';
import { exponentialDelay } from '../../lib/roles/retry-delay.ts';
import {
  noAnswer,
  Run,
  startOfRun,
  TaskFailure,
  type TestHandler,
} from '../support/run-machine.ts';
import { answerTo, nonRetryable } from './answers.ts';

/** How an execution ends. */
export interface ReferenceOutcome {
  readonly status: EndStatus;
  readonly output: string | null;
  readonly error: string | null;
  readonly attempts: number;
  readonly archived: boolean;
  /** How long it takes when handlers answer at once, in milliseconds. */
  readonly durationMs: number;
}

/** Runs `input` through `definition`, redrives included. */
export function referenceRun(
  definition: object,
  input: Json,
  retriesMax: number,
): ReferenceOutcome {
  const handlers = {
    ...{ work: handler, flaky: handler, timed: handler },
    'arn:aws:states:::sqs:sendMessage.waitForTaskToken': handler,
    'arn:aws:states:::states:startExecution.sync:2': () => ({}),
  };
  const run = new Run(definition, { input, handlers }).finish();
  for (let attempts = 0; ; attempts += 1) {
    const { end } = run;
    assert(end !== undefined, 'a reference run comes to an end');
    const failed = end.status === 'FAILED' || end.status === 'TIMED_OUT';
    const decision = decideFinish({
      ...{ finish: end, attempts, retriesMax, isChild: false, nonRetryable },
      retryDelay: exponentialDelay(),
      random: 1,
    });
    if (decision.kind !== 'redrive') {
      return {
        status: end.status,
        output: end.output === undefined ? null : JSON.stringify(end.output),
        error: end.error ?? null,
        attempts: attempts + (failed ? 1 : 0),
        archived: decision.kind === 'archive',
        durationMs: run.now - startOfRun,
      };
    }
    run.now += decision.delayMs;
    run.apply({ type: 'redriven' }).finish();
  }
}

const handler: TestHandler = (parameters, { resource, stateName, attempt }) => {
  const answer = answerTo({ resource, stateName, parameters, attempt });
  if (answer.kind === 'result') return answer.result;
  if (answer.kind === 'failure') throw new TaskFailure(answer.error, answer.cause);
  return noAnswer;
};
