/** The intrinsic functions that parse, serialize and merge JSON. */
import type { Budget } from '../budget.ts';
import { isObject, type Json, type JsonObject } from '../json/json.ts';
import { parseJson } from '../json/parse-json.ts';
import {
  failIntrinsic,
  type IntrinsicFamily,
  type IntrinsicScope,
  requireSupportedDepth,
  stringArgument,
  toJsonText,
} from './intrinsic-function.ts';

/** Work of copying one field of an object. */
const workPerKey = 8;

/** `States.StringToJson`, `States.JsonToString` and `States.JsonMerge`. */
export const documentFunctions: IntrinsicFamily = {
  'States.StringToJson': {
    arity: [1, 1],
    apply: (args, { budget }) => parse(stringArgument(args, 0), budget),
  },
  'States.JsonToString': {
    arity: [1, 1],
    apply: (args, { budget }) => toJsonText(args[0] ?? null, budget),
  },
  'States.JsonMerge': { arity: [3, 3], apply: merge },
};

/** Parses a JSON string; a blank string is null, as at AWS. */
function parse(text: string, budget: Budget): Json {
  // A value takes many times the memory of its text.
  budget.spend(text.length * 3);
  if (text.trim() === '') return null;
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    return failIntrinsic('Argument 1 must be a valid JSON string.');
  }
  return requireSupportedDepth(value);
}

/** Merges two objects shallowly: keys of the second replace those of the first. */
function merge(args: readonly Json[], { budget }: IntrinsicScope): JsonObject {
  const [first = null, second = null, deep = null] = args;
  if (!isObject(first) || !isObject(second)) {
    return failIntrinsic('Arguments 1 and 2 must be JSON objects.');
  }
  if (deep !== false) {
    return failIntrinsic('Argument 3 must be false: only the shallow merging mode is supported.');
  }
  budget.spend((Object.keys(first).length + Object.keys(second).length) * workPerKey);
  return { ...first, ...second };
}
