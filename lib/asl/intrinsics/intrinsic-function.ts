/** What an intrinsic function is, and how one checks its arguments and fails. */
import type { Json } from '../json/json.ts';
import { causeTextOf, isDeeperThan, valueDepthMax } from '../json/json-depth.ts';
import { ErrorName, StateError } from '../state-error.ts';

/** One function of the `States.` family. Pure but for the numbers it takes from `random`. */
export interface IntrinsicFunction {
  /** How many arguments it takes, at least and at most. */
  readonly arity: readonly [min: number, max: number];
  apply(args: readonly Json[], random: () => number): Json;
}

/** Functions by their names, `States.` included. */
export type IntrinsicFamily = Readonly<Record<string, IntrinsicFunction>>;

/** The longest text that is encoded, decoded or hashed, in characters (AWS's quota). */
export const textLengthMax = 10_000;

/** Fails the state with `States.IntrinsicFailure`; `reason` says what was expected. */
export function failIntrinsic(reason: string): never {
  throw new StateError(ErrorName.intrinsicFailure, reason);
}

/** The argument at `index`, which must be an array. */
export function arrayAt(args: readonly Json[], index: number): readonly Json[] {
  const value = args[index];
  return Array.isArray(value) ? value : failIntrinsic(expected(args, index, 'an array'));
}

/** The argument at `index`, which must be a string. */
export function textAt(args: readonly Json[], index: number, lengthMax?: number): string {
  const value = args[index];
  if (typeof value !== 'string') return failIntrinsic(expected(args, index, 'a string'));
  if (lengthMax === undefined || value.length <= lengthMax) return value;
  return failIntrinsic(
    `Argument ${index + 1} has ${value.length} characters; at most ${lengthMax} are supported.`,
  );
}

/** The argument at `index`, which must be a number; rounded half up to an integer, as Java does. */
export function integerAt(args: readonly Json[], index: number): number {
  const value = args[index];
  if (typeof value !== 'number') return failIntrinsic(expected(args, index, 'a number'));
  const rounded = Math.round(value);
  if (Number.isSafeInteger(rounded)) return rounded === 0 ? 0 : rounded;
  return failIntrinsic(expected(args, index, 'a number within ±2^53'));
}

/** The JSON text of `value`, which must not be nested deeper than is followed. */
export function jsonTextOf(value: Json): string {
  return JSON.stringify(assertFollowed(value));
}

/** The value itself, if it is not nested deeper than is followed. */
export function assertFollowed(value: Json): Json {
  if (!isDeeperThan(value, valueDepthMax)) return value;
  return failIntrinsic(`The JSON is nested deeper than ${valueDepthMax} levels.`);
}

function expected(args: readonly Json[], index: number, what: string): string {
  const value = args[index] ?? null;
  const text = causeTextOf(value);
  const found = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return `Argument ${index + 1} must be ${what} but was ${found}.`;
}
