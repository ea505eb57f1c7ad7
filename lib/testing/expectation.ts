/** What a test expects of a run, and how a run differs from it. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json } from '../asl/json/json.ts';
import type { EndStatus } from '../engine/status.ts';

/** What is expected of a run; what is left out is not looked at. */
export interface Expectation {
  readonly status?: EndStatus;
  /** The whole output. */
  readonly output?: Json;
  /** A part of the output: objects may have more keys. */
  readonly outputIncludes?: Json;
  readonly error?: string;
  /** A part of the cause. */
  readonly cause?: string;
  /** The states that the execution enters, in order. */
  readonly path?: readonly string[];
  /** States that are entered, in any order, also by nested executions. */
  readonly visits?: readonly string[];
  /** States that are not entered. */
  readonly doesNotVisit?: readonly string[];
  /** How often the calls of states are retried. */
  readonly retries?: Readonly<Record<string, number>>;
  /** The inputs of the calls of states, in order. */
  readonly calls?: Readonly<Record<string, readonly Json[]>>;
}

/** One difference between a run and what is expected. */
export interface Mismatch {
  /** What differs: a key of the {@link Expectation}, with the state's name where it has one. */
  readonly what: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** The parts of a run that are compared. */
export interface ComparedRun {
  readonly status: EndStatus;
  readonly output: Json | undefined;
  readonly error: string | null;
  readonly cause: string | null;
  readonly path: readonly string[];
  /** The states that all executions of the run have entered. */
  readonly visited: readonly string[];
  readonly calls: readonly {
    readonly state: string;
    readonly input: Json;
    readonly retryCount: number;
  }[];
}

/** Returns the differences, an empty list when the run is as expected. */
export function findMismatches(run: ComparedRun, expected: Expectation): Mismatch[] {
  const { status, output, outputIncludes, error, cause, path } = expected;
  return [
    ...differ('status', status, run.status),
    ...differ('error', error, run.error),
    ...(cause === undefined || run.cause?.includes(cause)
      ? []
      : [{ what: 'cause', expected: cause, found: run.cause }]),
    ...differ('output', output, run.output),
    ...(outputIncludes === undefined || includes(run.output, outputIncludes)
      ? []
      : [{ what: 'outputIncludes', expected: outputIncludes, found: run.output }]),
    ...differ('path', path, run.path),
    ...compareVisits(run, expected),
    ...compareCalls(run, expected),
  ];
}

function compareVisits({ visited }: ComparedRun, expected: Expectation): Mismatch[] {
  const { visits = [], doesNotVisit = [] } = expected;
  const missing = visits.filter((state) => !visited.includes(state));
  const unwanted = doesNotVisit.filter((state) => visited.includes(state));
  return [
    ...missing.map((state) => ({ what: 'visits', expected: state, found: visited })),
    ...unwanted.map((state) => ({
      what: 'doesNotVisit',
      expected: `not ${state}`,
      found: visited,
    })),
  ];
}

function compareCalls(run: ComparedRun, expected: Expectation): Mismatch[] {
  const { retries = {}, calls = {} } = expected;
  const callsOf = (state: string) => run.calls.filter((call) => call.state === state);
  return [
    ...Object.entries(retries).flatMap(([state, count]) =>
      differ(
        `retries.${state}`,
        count,
        callsOf(state).filter(({ retryCount }) => retryCount > 0).length,
      ),
    ),
    ...Object.entries(calls).flatMap(([state, inputs]) =>
      differ(
        `calls.${state}`,
        inputs,
        callsOf(state).map(({ input }) => input),
      ),
    ),
  ];
}

function differ(what: string, expected: unknown, found: unknown): Mismatch[] {
  return expected === undefined || isDeepStrictEqual(expected, found)
    ? []
    : [{ what, expected, found }];
}

/** Whether `found` has everything that `part` has. */
function includes(found: Json | undefined, part: Json): boolean {
  if (isObject(part)) {
    return (
      isObject(found) &&
      Object.entries(part).every(([key, value]) => includes(found[key], value ?? null))
    );
  }
  if (!Array.isArray(part)) return isDeepStrictEqual(found, part);
  return (
    Array.isArray(found) &&
    found.length === part.length &&
    part.every((value, index) => includes(found[index], value))
  );
}

/** Writes a mismatch as one line. */
export function describeMismatch({ what, expected, found }: Mismatch): string {
  return `${what}: expected ${toText(expected)}, found ${toText(found)}`;
}

const textCharsMax = 2_000;

function toText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= textCharsMax ? text : `${text.slice(0, textCharsMax)}…`;
}
