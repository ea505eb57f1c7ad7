/**
 * Lambda functions: by their ARN, where the answer is the function's own, and through
 * `lambda:invoke`, where it stands under `Payload` beside what Lambda tells of the call.
 */
import type { Json, JsonObject } from '../../asl/json/json.ts';
import { isObject } from '../../asl/json/json.ts';
import { TaskFailure } from '../../ports/task-failure.ts';
import { optimizedName } from './integrations.ts';
import { withMetadata } from './response-metadata.ts';
import type { SdkAnswer, SdkCall, SdkCalls } from './sdk-calls.ts';
import { optimizedDialect } from './sdk-failure.ts';

const dialect = optimizedDialect('Lambda', 'AWSLambda', 'AWSLambdaException');

/** What a call of a function needs beside its parameters. */
export type LambdaCall = Pick<SdkCall, 'parameters' | 'roleArn' | 'signal'>;

/** Calls the function `arn` with `call.parameters`; answers what it returned. */
export async function callFunction(calls: SdkCalls, arn: string, call: LambdaCall): Promise<Json> {
  const parameters = { FunctionName: arn, Payload: JSON.stringify(call.parameters) };
  const { output } = await invoke(calls, { ...call, parameters });
  return payloadOf(output) ?? null;
}

/** Calls `lambda:invoke` with its own parameters. A payload is always sent as JSON. */
export async function callInvoke(calls: SdkCalls, call: LambdaCall): Promise<JsonObject> {
  const { parameters } = call;
  const sent =
    isObject(parameters) && parameters.Payload !== undefined
      ? { ...parameters, Payload: JSON.stringify(parameters.Payload) }
      : parameters;
  const answer = await invoke(calls, { ...call, parameters: sent });
  const { Payload: _, ...told } = answer.output;
  const payload = payloadOf(answer.output);
  return withMetadata({ ...told, ...(payload !== undefined && { Payload: payload }) }, answer);
}

async function invoke(calls: SdkCalls, call: LambdaCall): Promise<SdkAnswer> {
  const named = { service: 'lambda', action: 'invoke', nameOf: optimizedName, dialect };
  const answer = await calls.call({ ...call, ...named });
  if (answer.output.FunctionError !== undefined) throw functionFailure(answer.output);
  return answer;
}

/** What the function threw: its own name for it, and all of what it said as the cause. */
function functionFailure(output: JsonObject): TaskFailure {
  const payload = payloadOf(output);
  const text = typeof output.Payload === 'string' ? output.Payload : '';
  const errorType = isObject(payload) ? payload.errorType : undefined;
  if (typeof errorType === 'string') return new TaskFailure(errorType, text);
  const cause =
    'The cause could not be determined because Lambda did not return an error type. ' +
    `Returned payload: ${text}`;
  return new TaskFailure('Lambda.Unknown', cause);
}

/** The payload as JSON, as text when it is none; undefined when there is none (`Event`). */
function payloadOf({ Payload }: JsonObject): Json | undefined {
  if (typeof Payload !== 'string' || Payload === '') return undefined;
  try {
    return JSON.parse(Payload) as Json;
  } catch {
    return Payload;
  }
}
