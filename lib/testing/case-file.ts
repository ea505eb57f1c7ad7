/**
 * The files that `millrace test` runs: mock files in the format of Step Functions Local, and files
 * of cases, which add inputs and expectations to them.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { isObject, type Json } from '../asl/json/json.ts';
import { parseDocument } from '../asl/parse.ts';
import { checkShape } from '../check-shape.ts';
import { readText } from '../config/read-definition.ts';
import { MillraceError } from '../errors.ts';
import { parseMockFile } from '../mocks/mock-file.ts';
import { fieldValidationModes } from '../test-state/request.ts';
import type { Expectation } from './expectation.ts';
import type { TestRunOptions } from './test-machine.ts';

/** One case of a file. */
export interface FileCase {
  readonly file: string;
  readonly name: string;
  readonly machine: string;
  /** The path of the machine's definition; null for a machine of the configuration. */
  readonly definition: string | null;
  readonly input: Json;
  /** The handlers of the configuration that are called. */
  readonly realHandlers: readonly string[];
  readonly options: TestRunOptions;
  readonly expect: Expectation;
}

const json = z.json();
const names = z.array(z.string());
const expectation = z.strictObject({
  status: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']).exactOptional(),
  output: json.exactOptional(),
  outputIncludes: json.exactOptional(),
  error: z.string().exactOptional(),
  cause: z.string().exactOptional(),
  path: names.exactOptional(),
  visits: names.exactOptional(),
  doesNotVisit: names.exactOptional(),
  retries: z.record(z.string(), z.int().min(0)).exactOptional(),
  calls: z.record(z.string(), z.array(json)).exactOptional(),
});

const answer = z.union(
  [
    z.strictObject({ Return: json }),
    z.strictObject({
      Throw: z.strictObject({ Error: z.string(), Cause: z.string().exactOptional() }),
    }),
  ],
  { error: 'expected {"Return": …} or {"Throw": {"Error": …, "Cause": …}}' },
);

/** The shape of a file of cases, for {@link readCaseFile} and the schema for editors. */
export const caseFileShape = z.strictObject({
  $schema: z.string().exactOptional(),
  /** How results of mocks are held against the services' responses. */
  fieldValidationMode: z.enum(fieldValidationModes).exactOptional(),
  /** The path of a mock file, or its content. */
  mocks: z.union([z.string(), z.record(z.string(), json)]).exactOptional(),
  /** Paths of definitions by machine. */
  machines: z.record(z.string(), z.string()).exactOptional(),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        machine: z.string().exactOptional(),
        /** The name of a test case in the mock file. */
        testCase: z.string().exactOptional(),
        /** Mocks of states, in addition to those of the test case. */
        states: z
          .record(
            z.string(),
            z.union([answer, z.array(answer), z.record(z.string(), answer)], {
              error: 'expected an answer, a list of answers, or answers by the number of the call',
            }),
          )
          .exactOptional(),
        /** Handlers of the configuration that are called as they are. */
        realHandlers: names.exactOptional(),
        input: json.exactOptional(),
        at: z.string().exactOptional(),
        expect: expectation.exactOptional(),
      }),
    )
    .min(1),
});

/**
 * Reads a file of cases, or a mock file, each of whose test cases is run with the input `{}` and
 * has to succeed. Paths in it start at its folder. Throws FILE_NOT_READABLE, MALFORMED_DOCUMENT,
 * INVALID_ARGUMENT or INVALID_CONFIGURATION.
 */
export async function readCaseFile(file: string): Promise<FileCase[]> {
  const document = parseDocument(await readText(file), { source: file });
  if (isObject(document) && document.StateMachines !== undefined) {
    return casesOfMockFile(document, file);
  }
  const {
    cases,
    machines = {},
    mocks,
    fieldValidationMode,
  } = checkShape(caseFileShape, document, basename(file));
  const folder = dirname(file);
  const mockFile = typeof mocks === 'string' ? await readJson(resolve(folder, mocks)) : mocks;
  if (mockFile !== undefined) {
    parseMockFile(mockFile, typeof mocks === 'string' ? mocks : `${basename(file)}: mocks`);
  }
  const [only] = Object.keys(machines);
  return cases.map(
    ({ name, machine = only ?? '', testCase, states, realHandlers = [], ...rest }) => {
      const { input = {}, at, expect } = rest;
      if (testCase !== undefined && mockFile === undefined) {
        const message = `${basename(file)}: the case '${name}' names the test case '${testCase}', but the file has no mocks`;
        throw new MillraceError('INVALID_ARGUMENT', message);
      }
      const path = machines[machine];
      return {
        file,
        name,
        machine,
        definition: path === undefined ? findDefinition(folder, machine) : resolve(folder, path),
        input,
        realHandlers,
        options: {
          ...(states !== undefined && { states }),
          ...(at !== undefined && { at }),
          ...(fieldValidationMode !== undefined && { fieldValidationMode }),
          ...(testCase !== undefined &&
            mockFile !== undefined && { mocks: { file: mockFile, testCase } }),
        },
        expect: withStatus(expect ?? {}),
      };
    },
  );
}

async function readJson(path: string): Promise<Json> {
  return parseDocument(await readText(path), { source: path });
}

function casesOfMockFile(document: Json, file: string): FileCase[] {
  const machines = parseMockFile(document, basename(file));
  return [...machines].flatMap(([machine, cases]) =>
    [...cases.keys()].map((testCase) => ({
      file,
      name: testCase,
      machine,
      definition: findDefinition(dirname(file), machine),
      input: {},
      realHandlers: [],
      options: { mocks: { file: document, testCase } },
      expect: { status: 'SUCCEEDED' as const },
    })),
  );
}

/** Without a status, an expected error is that of a failed execution; others succeed. */
function withStatus(expect: Expectation): Expectation {
  const { status = expect.error === undefined ? 'SUCCEEDED' : 'FAILED' } = expect;
  return { ...expect, status };
}

/** Finds the definition beside the file that has the machine's name. */
function findDefinition(folder: string, machine: string): string | null {
  const endings = ['.asl.json', '.asl.yaml', '.asl.yml'];
  const paths = endings.map((ending) => join(folder, `${basename(machine)}${ending}`));
  return paths.find((path) => machine !== '' && existsSync(path)) ?? null;
}
