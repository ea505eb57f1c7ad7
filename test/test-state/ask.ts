/** Asks for the test of a state, with documents in place of JSON texts, at a fixed moment. */
import type { Json } from '../../lib/asl/json/json.ts';
import { hasCode } from '../../lib/errors.ts';
import { prepareTest } from '../../lib/test-state/prepare-test.ts';
import type { TestStateReply, TestStateRequest } from '../../lib/test-state/request.ts';
import { type CallAnswer, runTest } from '../../lib/test-state/run-test.ts';
import { startOfRun } from '../support/run-machine.ts';

/** A request whose documents are not texts yet. */
export interface Asked
  extends Omit<TestStateRequest, 'definition' | 'input' | 'variables' | 'context' | 'mock'> {
  readonly input?: Json;
  readonly variables?: Json;
  readonly context?: Json;
  readonly mock?: Omit<NonNullable<TestStateRequest['mock']>, 'result'> & {
    readonly result?: Json;
  };
}

/** The request as it goes over the wire. */
export function requestFor(definition: object, asked: Asked = {}): TestStateRequest {
  const { input, variables, context, mock, ...rest } = asked;
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

/** Runs the test; a call that the state makes is answered by `answer`. */
export function ask(definition: object, asked: Asked = {}, answer?: CallAnswer): TestStateReply {
  const test = prepareTest(requestFor(definition, asked));
  const progress = runTest(test, { at: startOfRun, seed: [1, 2, 3, 4] });
  if (progress.kind === 'ended') return progress.reply;
  if (answer === undefined) throw new Error('the state calls, and the test has no answer');
  return progress.end(answer);
}

/** The inspection data at level DEBUG, its JSON texts parsed. */
export function inspect(definition: object, asked: Asked = {}): Record<string, unknown> {
  const { inspectionData = {} } = ask(definition, { ...asked, inspectionLevel: 'DEBUG' });
  const parsed = Object.entries(inspectionData).map(([name, value]) => {
    return [name, typeof value === 'string' ? JSON.parse(value) : value];
  });
  return Object.fromEntries(parsed);
}

/** How AWS would refuse, in its own words. */
export function refusalOf(act: () => unknown): { type: unknown; message: unknown } {
  try {
    act();
  } catch (error) {
    if (!hasCode(error, 'INVALID_ARGUMENT', 'INVALID_DEFINITION')) throw error;
    return { type: error.fields.awsType, message: error.fields.awsMessage };
  }
  throw new Error('expected a refusal, found none');
}
