/** The intrinsic functions that read, write and merge JSON. */
import { isObject, type Json, type JsonObject } from '../json/json.ts';
import {
  assertFollowed,
  failIntrinsic,
  type IntrinsicFamily,
  jsonTextOf,
  textAt,
} from './intrinsic-function.ts';

/** `States.StringToJson`, `States.JsonToString` and `States.JsonMerge`. */
export const documentFunctions: IntrinsicFamily = {
  'States.StringToJson': { arity: [1, 1], apply: (args) => parse(textAt(args, 0)) },
  'States.JsonToString': { arity: [1, 1], apply: (args) => jsonTextOf(args[0] ?? null) },
  'States.JsonMerge': { arity: [3, 3], apply: merge },
};

/** A blank text is null, as at AWS. */
function parse(text: string): Json {
  if (text.trim() === '') return null;
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return failIntrinsic('Argument 1 must be a valid JSON string.');
  }
  return assertFollowed(value);
}

/** The keys of the second object win; what stands below them is taken whole (a shallow merge). */
function merge(args: readonly Json[]): JsonObject {
  const [first = null, second = null, deep = null] = args;
  if (!isObject(first) || !isObject(second)) {
    return failIntrinsic('Arguments 1 and 2 must be JSON objects.');
  }
  if (deep !== false) {
    return failIntrinsic('Argument 3 must be false: only the shallow merging mode is supported.');
  }
  return { ...first, ...second };
}
