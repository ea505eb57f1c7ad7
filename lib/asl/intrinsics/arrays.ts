/** The intrinsic functions on arrays. None of them modifies its arguments. */
import type { Budget } from '../budget.ts';
import { isObject, type Json } from '../json/json.ts';
import { assertDepth } from '../json/json-depth.ts';
import { sameJson } from '../json/same-json.ts';
import {
  arrayArgument,
  failIntrinsic,
  type IntrinsicFamily,
  integerArgument,
} from './intrinsic-function.ts';

/** Maximum number of items in a range, as at AWS. */
const rangeItemsMax = 1_000;

/** Work of converting one value to compare it. */
const workPerSorted = 20;

/** `States.Array…`. */
export const arrayFunctions: IntrinsicFamily = {
  'States.Array': {
    arity: [0, Number.POSITIVE_INFINITY],
    apply: (args, { budget }) => {
      budget.spend(args.length);
      return [...args];
    },
  },
  'States.ArrayPartition': {
    arity: [2, 2],
    apply: (args, { budget }) =>
      partition(arrayArgument(args, 0), integerArgument(args, 1), budget),
  },
  'States.ArrayContains': {
    arity: [2, 2],
    apply: (args, { budget }) =>
      arrayArgument(args, 0).some((item) => sameJson(item, args[1] ?? null, budget)),
  },
  'States.ArrayRange': {
    arity: [3, 3],
    apply: (args, { budget }) => {
      const [first, last, step] = [0, 1, 2].map((index) => integerArgument(args, index));
      return range(first ?? 0, last ?? 0, step ?? 0, budget);
    },
  },
  'States.ArrayGetItem': {
    arity: [2, 2],
    apply: (args) => itemAt(arrayArgument(args, 0), integerArgument(args, 1)),
  },
  'States.ArrayLength': { arity: [1, 1], apply: (args) => arrayArgument(args, 0).length },
  'States.ArrayUnique': {
    arity: [1, 1],
    apply: (args, { budget }) => unique(arrayArgument(args, 0), budget),
  },
};

function partition(items: readonly Json[], size: number, budget: Budget): Json {
  budget.spend(items.length);
  if (size < 1) failIntrinsic(`The chunk size must be a positive integer but was ${size}.`);
  const chunks: Json[] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}

function range(first: number, last: number, step: number, budget: Budget): Json {
  if (step === 0) failIntrinsic('The step of a range must not be 0.');
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (count > rangeItemsMax) {
    failIntrinsic(`A range may have at most ${rangeItemsMax} items but would have ${count}.`);
  }
  budget.spend(count);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function itemAt(items: readonly Json[], index: number): Json {
  const item = index < 0 ? undefined : items[index];
  return item ?? (item === null ? null : failIntrinsic(outOfRange(items, index)));
}

function outOfRange(items: readonly Json[], index: number): string {
  return `The index ${index} is outside of the array, which has ${items.length} items.`;
}

function unique(items: readonly Json[], budget: Budget): Json {
  const seen = new Map<string, Json>();
  for (const item of items) {
    const key = JSON.stringify(sorted(item, 0, budget));
    budget.spendWriting(key.length);
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}

/** Converts objects to sorted lists of entries, so that equal values have the same JSON text. */
function sorted(value: Json, depth: number, budget: Budget): Json {
  assertDepth(depth);
  budget.spend(workPerSorted);
  if (Array.isArray(value)) return [0, ...value.map((item) => sorted(item, depth + 1, budget))];
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return [1, ...entries.map(([key, item]) => [key, sorted(item, depth + 1, budget)])];
}
