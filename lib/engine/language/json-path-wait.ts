/** Computes when a Wait in JSONPath ends. */
import type { WaitState } from '../../asl/definition.ts';
import type { Json } from '../../asl/json/json.ts';
import { compilePath, type JsonPath } from '../../asl/path/json-path.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import { parseTimestamp } from '../../asl/timestamp.ts';
import { durationMsMax } from '../limits.ts';
import type { Reader } from './query-language.ts';

/** Compiles whichever of the four time fields the state has. */
export function compileWaitEnd(state: WaitState): Reader<number> {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
  if (SecondsPath !== undefined) {
    const path = compilePath(SecondsPath);
    return (scope, effective) => {
      const evaluation = scope.evaluation(effective);
      return addSeconds(evaluation.now(), toSeconds(path.select(evaluation), path));
    };
  }
  if (TimestampPath !== undefined) {
    const path = compilePath(TimestampPath);
    return (scope, effective) => toInstant(path.select(scope.evaluation(effective)), path);
  }
  if (Timestamp !== undefined) {
    return () => wholeSeconds(parseTimestamp(Timestamp) ?? badTimestamp(Timestamp));
  }
  const seconds = typeof Seconds === 'number' ? Seconds : 0;
  return (scope, effective) => addSeconds(scope.evaluation(effective).now(), seconds);
}

/** Returns the time `seconds` after `at`; a wait is at most `durationMsMax` long. */
export function addSeconds(at: number, seconds: number): number {
  return at + Math.min(seconds * 1_000, durationMsMax);
}

/** A wait ends at a whole second: AWS drops the milliseconds of a timestamp. */
export function wholeSeconds(instant: number): number {
  return Math.floor(instant / 1_000) * 1_000;
}

/** Returns AWS's text for a `Timestamp` that cannot be parsed. */
export function badTimestampText(text: string): string {
  return `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`;
}

function toSeconds(found: Json | undefined, { text }: JsonPath): number {
  if (found === undefined) {
    return runtimeFailure(`The SecondsPath parameter does not reference an input value: ${text}`);
  }
  if (typeof found !== 'number' || !Number.isInteger(found)) {
    return runtimeFailure(
      `The SecondsPath parameter cannot be parsed as a long value: ${text} == ${shown(found)}`,
    );
  }
  if (found < 0) {
    return runtimeFailure(
      `The SecondsPath parameter references a negative value: ${text} == ${shown(found)}`,
    );
  }
  return found;
}

function toInstant(found: Json | undefined, { text }: JsonPath): number {
  if (found === undefined) {
    return runtimeFailure(`The TimestampPath parameter does not reference an input value: ${text}`);
  }
  const instant = typeof found === 'string' ? parseTimestamp(found) : undefined;
  if (instant !== undefined) return wholeSeconds(instant);
  return runtimeFailure(
    'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ' +
      `${text} == ${shown(found)}`,
  );
}

function badTimestamp(text: string): never {
  return runtimeFailure(badTimestampText(text));
}

function runtimeFailure(cause: string): never {
  throw new StateError(ErrorName.runtime, cause);
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
