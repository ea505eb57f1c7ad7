/**
 * Mock files in the format of Step Functions Local: which responses the Task states of a machine
 * get in a test case, instead of calling anything.
 */
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import { MillraceError } from '../errors.ts';

/** What a mocked call answers. */
export type MockedAnswer =
  | { readonly kind: 'return'; readonly value: Json }
  | { readonly kind: 'throw'; readonly error: string; readonly cause: string };

/** The answer to a range of calls: of the calls `from` to `to`, counted from 0. */
export interface MockedRange {
  readonly from: number;
  readonly to: number;
  readonly answer: MockedAnswer;
}

/** A named list of answers. */
export interface MockedResponse {
  readonly name: string;
  /** In ascending order; none overlaps another. */
  readonly ranges: readonly MockedRange[];
}

/** The responses of a test case, by the name of the state. */
export type MockCase = ReadonlyMap<string, MockedResponse>;

/** The test cases by machine and name. */
export type MockFile = ReadonlyMap<string, ReadonlyMap<string, MockCase>>;

/**
 * Checks a parsed mock file and returns its test cases. Throws INVALID_CONFIGURATION, which lists
 * every fault with its place.
 *
 * @param source the name of the file
 */
export function parseMockFile(document: Json, source: string): MockFile {
  const faults: string[] = [];
  const file = readFile(document, faults);
  if (faults.length === 0) return file;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `${source} is not a valid mock file:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    { fields: { source, faults: faults.length } },
  );
}

/**
 * Returns a test case. Throws INVALID_ARGUMENT for a machine or a case that the file does not have,
 * and names those that it has.
 */
export function findMockCase(file: MockFile, machine: string, name: string): MockCase {
  const cases = file.get(machine);
  if (cases === undefined) throw unknown('machine', machine, [...file.keys()]);
  const found = cases.get(name);
  if (found === undefined) throw unknown('test case', name, [...cases.keys()], machine);
  return found;
}

function unknown(
  what: string,
  name: string,
  known: readonly string[],
  machine?: string,
): MillraceError {
  const owner = machine === undefined ? 'the mock file' : `the machine '${machine}'`;
  return new MillraceError(
    'INVALID_ARGUMENT',
    `${owner} has no ${what} '${name}' (known: ${known.join(', ') || 'none'})`,
    { fields: { name } },
  );
}

/** Reads the answers of one response: `{"0": {"Return": …}, "1-2": {"Throw": …}}`. */
export function readMockedResponse(
  name: string,
  value: Json,
  place: string,
  faults: string[],
): MockedResponse {
  const ranges = members(value, place, faults).flatMap(([key, answer]) => {
    const range = readRange(key, `${place}.${key}`, faults);
    const read = readAnswer(answer, `${place}.${key}`, faults);
    return range === null || read === null ? [] : [{ ...range, answer: read }];
  });
  const sorted = ranges.toSorted((one, other) => one.from - other.from);
  for (const [index, range] of sorted.entries()) {
    const before = sorted[index - 1];
    const next = before === undefined ? 0 : before.to + 1;
    if (range.from < next) {
      faults.push(`${place}: two answers to call ${range.from}; each call has one`);
    } else if (range.from > next) {
      faults.push(`${place}: no answer to call ${next}; calls are counted from 0 without a gap`);
    }
  }
  if (sorted.length === 0 && isObject(value)) {
    faults.push(`${place}: expected at least one answer, such as {"0": {"Return": {}}}`);
  }
  return { name, ranges: sorted };
}

function readFile(document: Json, faults: string[]): MockFile {
  if (!isObject(document)) {
    faults.push('expected an object with StateMachines and MockedResponses');
    return new Map();
  }
  if (document.MockedResponse !== undefined && document.MockedResponses === undefined) {
    faults.push('MockedResponse: the key is MockedResponses');
  }
  const responses = new Map(
    members(document.MockedResponses ?? {}, 'MockedResponses', faults).map(([name, value]) => [
      name,
      readMockedResponse(name, value, `MockedResponses.${name}`, faults),
    ]),
  );
  return new Map(
    members(document.StateMachines, 'StateMachines', faults).map(([name, machine]) => [
      name,
      readCases(machine, `StateMachines.${name}`, responses, faults),
    ]),
  );
}

function readCases(
  machine: Json,
  place: string,
  responses: ReadonlyMap<string, MockedResponse>,
  faults: string[],
): ReadonlyMap<string, MockCase> {
  const cases = isObject(machine) ? machine.TestCases : undefined;
  return new Map(
    members(cases, `${place}.TestCases`, faults).map(([name, states]) => [
      name,
      readCase(states, `${place}.TestCases.${name}`, responses, faults),
    ]),
  );
}

function readCase(
  states: Json,
  place: string,
  responses: ReadonlyMap<string, MockedResponse>,
  faults: string[],
): MockCase {
  return new Map(
    members(states, place, faults).flatMap(([state, name]) => {
      const response = typeof name === 'string' ? responses.get(name) : undefined;
      if (response !== undefined) return [[state, response] as const];
      const known = [...responses.keys()].join(', ') || 'none';
      const found = JSON.stringify(name);
      faults.push(
        `${place}.${state}: expected a name in MockedResponses (${known}), found ${found}`,
      );
      return [];
    }),
  );
}

/** Maximum number of a call that a range may name. */
const callMax = 1_000_000;

function readRange(key: string, place: string, faults: string[]) {
  const [, first, last = first] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(key) ?? [];
  const from = Number(first);
  const to = Number(last);
  if (first !== undefined && from <= to && to <= callMax) return { from, to };
  faults.push(`${place}: expected the number of a call, or a range such as 1-3`);
  return null;
}

function readAnswer(value: Json, place: string, faults: string[]): MockedAnswer | null {
  const { Return, Throw, ...others } = isObject(value) ? value : ({} as JsonObject);
  const isOne = (Return === undefined) !== (Throw === undefined);
  if (!isOne || Object.keys(others).length > 0) {
    faults.push(`${place}: expected either Return or Throw`);
    return null;
  }
  if (Return !== undefined) return { kind: 'return', value: Return };
  const { Error: error, Cause: cause = '' } = isObject(Throw) ? Throw : ({} as JsonObject);
  if (typeof error === 'string' && typeof cause === 'string')
    return { kind: 'throw', error, cause };
  faults.push(`${place}.Throw: expected {"Error": a text, "Cause": a text}`);
  return null;
}

function members(value: Json | undefined, place: string, faults: string[]): [string, Json][] {
  if (isObject(value)) return Object.entries(value) as [string, Json][];
  faults.push(`${place}: expected an object, found ${JSON.stringify(value) ?? 'nothing'}`);
  return [];
}
