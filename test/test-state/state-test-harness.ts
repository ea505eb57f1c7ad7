/** Runs tests of single states with documents in place of JSON texts, at a fixed time. */
import type { Json } from '../../lib/asl/json/json.ts';
import { hasCode } from '../../lib/errors.ts';
import { prepareTest } from '../../lib/test-state/prepare-test.ts';
import type { TestStateReply, TestStateRequest } from '../../lib/test-state/request.ts';
import { type CallAnswer, runTest } from '../../lib/test-state/run-test.ts';
import { startOfRun } from '../support/run-machine.ts';

/** A request with documents that are not JSON texts yet. */
export interface StateTestOptions
  extends Omit<TestStateRequest, 'definition' | 'input' | 'variables' | 'context' | 'mock'> {
  readonly input?: Json;
  readonly variables?: Json;
  readonly context?: Json;
  readonly mock?: Omit<NonNullable<TestStateRequest['mock']>, 'result'> & {
    readonly result?: Json;
  };
}

/** Converts the options to a request with JSON texts. */
export function toRequest(definition: object, options: StateTestOptions = {}): TestStateRequest {
  const { input, variables, context, mock, ...rest } = options;
  const { result, ...otherMock } = mock ?? {};
  return {
    ...rest,
    definition: JSON.stringify(definition),
    ...(input === undefined ? {} : { input: JSON.stringify(input) }),
    ...(variables === undefined ? {} : { variables: JSON.stringify(variables) }),
    ...(context === undefined ? {} : { context: JSON.stringify(context) }),
    ...(mock === undefined
      ? {}
      : {
          mock: result === undefined ? otherMock : { ...otherMock, result: JSON.stringify(result) },
        }),
  };
}

/** Runs a test; `answer` is the answer to the call that the state makes, if any. */
export function runStateTest(
  definition: object,
  options: StateTestOptions = {},
  answer?: CallAnswer,
): TestStateReply {
  const test = prepareTest(toRequest(definition, options));
  const progress = runTest(test, { at: startOfRun, seed: [1, 2, 3, 4] });
  if (progress.kind === 'ended') return progress.reply;
  if (answer === undefined)
    throw new Error('expected no call, or an answer to it: the state makes a call');
  return progress.end(answer);
}

/** The inspection data at level DEBUG, its JSON texts parsed. */
export function inspect(
  definition: object,
  options: StateTestOptions = {},
): Record<string, unknown> {
  const { inspectionData = {} } = runStateTest(definition, {
    ...options,
    inspectionLevel: 'DEBUG',
  });
  const parsed = Object.entries(inspectionData).map(([name, value]) => {
    return [name, typeof value === 'string' ? JSON.parse(value) : value];
  });
  return Object.fromEntries(parsed);
}

/** Returns the error of AWS that `act` throws. */
export function catchRefusal(act: () => unknown): { type: unknown; message: unknown } {
  try {
    act();
  } catch (error) {
    if (!hasCode(error, 'INVALID_ARGUMENT', 'INVALID_DEFINITION')) throw error;
    return { type: error.fields.awsType, message: error.fields.awsMessage };
  }
  throw new Error('expected a refusal, found none');
}
