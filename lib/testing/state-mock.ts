/** The mocks of states, as tests write them. */
import { isObject, type Json } from '../asl/json/json.ts';
import { toJson } from '../drivers/handlers/copy-json.ts';
import type { HandlerContext } from '../drivers/handlers/handler.ts';
import { toFailure } from '../drivers/handlers/thrown-value.ts';
import { MillraceError } from '../errors.ts';
import { selectMockedAnswer } from '../mocks/mock-answer.ts';
import { type MockedAnswer, type MockedResponse, readMockedResponse } from '../mocks/mock-file.ts';

/** What a mock receives besides its input. */
export interface MockContext extends HandlerContext {
  /** The number of this call of the state, counted from 0 in the whole run. */
  readonly call: number;
  /** Waits in the test's time, which takes no real time; less when the call is aborted. */
  sleep(seconds: number): Promise<void>;
}

/** Answers the calls of a Task in place of what it calls; what it throws fails the Task. */
export type MockFunction = (
  // biome-ignore lint/suspicious/noExplicitAny: a mock declares the input it expects; JSON cannot be checked here
  input: any,
  context: MockContext,
) => unknown;

/** One answer, in the words of Step Functions Local. */
export type MockAnswer =
  | { readonly Return: unknown }
  | { readonly Throw: { readonly Error: string; readonly Cause?: string } };

/**
 * The mock of a state: a function, one answer to every call, a list with the answer to each call,
 * or answers by the number of the call: `{ '0-1': { Throw: … }, 2: { Return: … } }`.
 */
export type StateMock =
  | MockFunction
  | MockAnswer
  | readonly (MockFunction | MockAnswer)[]
  | Readonly<Record<string, MockAnswer>>;

/** Answers one call. */
export type AnswerCall = (input: Json, context: MockContext) => Promise<MockedAnswer>;

/** Returns what answers the calls of a mock. Throws INVALID_ARGUMENT. */
export function toAnswerCall(state: string, mock: StateMock): AnswerCall {
  if (typeof mock === 'function') return answerByFunction(mock);
  if (isList(mock)) return answerByList(state, mock);
  if ('Return' in mock || 'Throw' in mock) {
    const [only] = readResponse(state, { '0': mock }).ranges;
    return async () => only?.answer ?? { kind: 'return', value: null };
  }
  return answerByResponse(readResponse(state, mock));
}

/** Answers the calls of a state by a response of a mock file. */
export function answerByResponse(response: MockedResponse): AnswerCall {
  return async (_, { call }) => selectMockedAnswer(response, call);
}

function isList(mock: object): mock is readonly (MockFunction | MockAnswer)[] {
  return Array.isArray(mock);
}

function answerByList(state: string, list: readonly (MockFunction | MockAnswer)[]): AnswerCall {
  const answers = list.map((each) => toAnswerCall(state, each));
  const none: MockedResponse = {
    name: state,
    ranges: [{ from: 0, to: list.length - 1, answer: { kind: 'return', value: null } }],
  };
  return async (input, context) =>
    (await answers[context.call]?.(input, context)) ?? selectMockedAnswer(none, context.call);
}

function answerByFunction(mock: MockFunction): AnswerCall {
  return async (input, context) => {
    try {
      return { kind: 'return', value: toJson(await mock(input, context)) };
    } catch (thrown) {
      const { error, cause } = toFailure(thrown);
      return { kind: 'throw', error, cause };
    }
  };
}

function readResponse(state: string, mock: object): MockedResponse {
  const faults: string[] = [];
  const value = toJson(mock);
  const response = readMockedResponse(state, isObject(value) ? value : {}, 'mock', faults);
  if (faults.length === 0) return response;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `the mock of the state '${state}' is not valid: ${faults.join('; ')}`,
    { fields: { state } },
  );
}
