/** Calls of Lambda functions: by ARN, and through `lambda:invoke`. */
import type { Json, JsonObject } from '../../asl/json/json.ts';
import { isObject } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';
import { toOptimizedName } from './integrations.ts';
import { withMetadata } from './response-metadata.ts';
import type { SdkCall, SdkCalls, SdkResponse } from './sdk-calls.ts';
import { optimizedDialect } from './sdk-failure.ts';

const dialect = optimizedDialect('Lambda', 'AWSLambda', 'AWSLambdaException');

/** Fields of a call of a function. */
export type LambdaCall = Pick<SdkCall, 'parameters' | 'roleArn' | 'signal'>;

/** Calls the function `arn` with `call.parameters`; returns the function's own result. */
export async function callFunction(calls: SdkCalls, arn: string, call: LambdaCall): Promise<Json> {
  const parameters = { FunctionName: arn, Payload: JSON.stringify(call.parameters) };
  const { output } = await invoke(calls, { ...call, parameters });
  return parsePayload(output) ?? null;
}

/**
 * Calls `lambda:invoke` with its own parameters. A payload is always sent as JSON. The result has
 * the function's result as `Payload`, with what Lambda reports about the call.
 */
export async function callLambdaInvoke(calls: SdkCalls, call: LambdaCall): Promise<JsonObject> {
  const { parameters } = call;
  const sent =
    isObject(parameters) && parameters.Payload !== undefined
      ? { ...parameters, Payload: JSON.stringify(parameters.Payload) }
      : parameters;
  const response = await invoke(calls, { ...call, parameters: sent });
  const { Payload: _, ...fields } = response.output;
  const payload = parsePayload(response.output);
  return withMetadata({ ...fields, ...(payload !== undefined && { Payload: payload }) }, response);
}

async function invoke(calls: SdkCalls, call: LambdaCall): Promise<SdkResponse> {
  const named = { service: 'lambda', action: 'invoke', toMemberName: toOptimizedName, dialect };
  const response = await calls.call({ ...call, ...named });
  if (response.output.FunctionError !== undefined) throw toFunctionFailure(response.output);
  return response;
}

/** Converts an error of the function: its error type, with the whole payload as the cause. */
function toFunctionFailure(output: JsonObject): TaskFailure {
  const payload = parsePayload(output);
  const text = typeof output.Payload === 'string' ? output.Payload : '';
  const errorType = isObject(payload) ? payload.errorType : undefined;
  if (typeof errorType === 'string') return new TaskFailure(errorType, text);
  const cause =
    'The cause could not be determined because Lambda did not return an error type. ' +
    `Returned payload: ${text}`;
  return new TaskFailure('Lambda.Unknown', cause);
}

/**
 * Parses the payload; returns text that is not JSON as it is, undefined if there is none (`Event`).
 */
function parsePayload({ Payload }: JsonObject): Json | undefined {
  if (typeof Payload !== 'string' || Payload === '') return undefined;
  try {
    return parseJson(Payload);
  } catch {
    return Payload;
  }
}
