/** The intrinsic functions that parse, serialize and merge JSON. */
import { isObject, type Json, type JsonObject } from '../json/json.ts';
import {
  failIntrinsic,
  type IntrinsicFamily,
  requireSupportedDepth,
  stringArgument,
  toJsonText,
} from './intrinsic-function.ts';

/** `States.StringToJson`, `States.JsonToString` and `States.JsonMerge`. */
export const documentFunctions: IntrinsicFamily = {
  'States.StringToJson': { arity: [1, 1], apply: (args) => parse(stringArgument(args, 0)) },
  'States.JsonToString': { arity: [1, 1], apply: (args) => toJsonText(args[0] ?? null) },
  'States.JsonMerge': { arity: [3, 3], apply: merge },
};

/** Parses a JSON string; a blank string is null, as at AWS. */
function parse(text: string): Json {
  if (text.trim() === '') return null;
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return failIntrinsic('Argument 1 must be a valid JSON string.');
  }
  return requireSupportedDepth(value);
}

/** Merges two objects shallowly: keys of the second replace those of the first. */
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
