/** The type of intrinsic functions, and how they check their arguments and fail. */
import type { Budget } from '../budget.ts';
import type { Evaluation } from '../evaluation.ts';
import { toDouble } from '../json/exact-number.ts';
import type { Json } from '../json/json.ts';
import { isDeeperThan, toCauseText, valueDepthMax } from '../json/json-depth.ts';
import { requireBuiltLength } from '../json/json-length.ts';
import { ErrorName, StateError } from '../state-error.ts';

/** The part of an evaluation that intrinsic functions use. */
export type IntrinsicScope = Pick<Evaluation, 'random' | 'budget'>;

/**
 * An intrinsic function. It is pure except for the numbers and the work that it takes from the
 * scope.
 */
export interface IntrinsicFunction {
  /** Minimum and maximum number of arguments. */
  readonly arity: readonly [min: number, max: number];
  apply(args: readonly Json[], scope: IntrinsicScope): Json;
}

/** Intrinsic functions by name, including the `States.` prefix. */
export type IntrinsicFamily = Readonly<Record<string, IntrinsicFunction>>;

/** Maximum length of a string that is encoded, decoded or hashed, in characters, as at AWS. */
export const stringLengthMax = 10_000;

/** Fails the state with `States.IntrinsicFailure`. */
export function failIntrinsic(reason: string): never {
  throw new StateError(ErrorName.intrinsicFailure, reason);
}

/** Returns the argument at `index`, which must be an array. */
export function arrayArgument(args: readonly Json[], index: number): readonly Json[] {
  const value = args[index];
  return Array.isArray(value) ? value : failIntrinsic(expected(args, index, 'an array'));
}

/** Returns the argument at `index`, which must be a string of at most `lengthMax` characters. */
export function stringArgument(args: readonly Json[], index: number, lengthMax?: number): string {
  const value = args[index];
  if (typeof value !== 'string') return failIntrinsic(expected(args, index, 'a string'));
  if (lengthMax === undefined || value.length <= lengthMax) return value;
  return failIntrinsic(
    `Argument ${index + 1} has ${value.length} characters; at most ${lengthMax} are supported.`,
  );
}

/** Returns the argument at `index`, a number, rounded half up to an integer as in Java. */
export function integerArgument(args: readonly Json[], index: number): number {
  const value = toDouble(args[index]);
  if (value === undefined) return failIntrinsic(expected(args, index, 'a number'));
  const rounded = Math.round(value);
  if (Number.isSafeInteger(rounded)) return rounded === 0 ? 0 : rounded;
  return failIntrinsic(expected(args, index, 'a number within ±2^53'));
}

/** Returns the JSON text of `value`, which must not exceed the supported depth and length. */
export function toJsonText(value: Json, budget: Budget): string {
  const text = JSON.stringify(requireSupportedDepth(requireBuiltLength(value, budget)));
  budget.spendWriting(text.length);
  return text;
}

/** Returns `value`, which must not exceed the supported depth. */
export function requireSupportedDepth(value: Json): Json {
  if (!isDeeperThan(value, valueDepthMax)) return value;
  return failIntrinsic(`The JSON is nested deeper than ${valueDepthMax} levels.`);
}

function expected(args: readonly Json[], index: number, what: string): string {
  const value = args[index] ?? null;
  const text = toCauseText(value);
  const found = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return `Argument ${index + 1} must be ${what} but was ${found}.`;
}
