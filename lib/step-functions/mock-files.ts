/** The file of mocked test cases, as Step Functions Local has it, and the starts that name one. */
import { readFile, stat } from 'node:fs/promises';
import type { MachineDefinition } from '../asl/definition.ts';
import { parseJson, parseWrittenJson } from '../asl/json/parse-json.ts';
import { hasCode, MillraceError, messageOf } from '../errors.ts';
import { findMockCase, type MockCase, type MockFile, parseMockFile } from '../mocks/mock-file.ts';
import type { MockedResults } from '../operations/mocks/mocked-results.ts';
import type { MachineRevision } from '../ports/store/machines/state-machine-store.ts';
import type { OperationContext } from './operation-context.ts';
import { ServiceError } from './service-error.ts';

/** A file of mocked test cases, which is read again when it has changed. */
export class MockFiles {
  /** Checks the results of test cases; null when any result is taken. */
  readonly results: MockedResults | null;
  readonly #path: string;
  #stamp = '';
  #file: MockFile = new Map();

  private constructor(path: string, results: MockedResults | null) {
    this.#path = path;
    this.results = results;
  }

  /**
   * Opens a file. Throws FILE_NOT_READABLE, or INVALID_CONFIGURATION with every fault.
   * @param results checks the results of test cases when they are used; @default no one does
   */
  static async open(path: string, results: MockedResults | null = null): Promise<MockFiles> {
    const files = new MockFiles(path, results);
    await files.#refresh();
    return files;
  }

  /**
   * Returns a test case of a machine. Throws INVALID_ARGUMENT, which names those there are, or
   * INVALID_CONFIGURATION when the file has changed and is faulty.
   */
  async find(machine: string, testCase: string): Promise<MockCase> {
    await this.#refresh();
    return findMockCase(this.#file, machine, testCase);
  }

  async #refresh(): Promise<void> {
    const { mtimeMs, size, ino } = await this.#access(() => stat(this.#path));
    const stamp = `${mtimeMs} ${size} ${ino}`;
    if (stamp === this.#stamp) return;
    this.#file = parse(await this.#access(() => readFile(this.#path, 'utf8')));
    this.#stamp = stamp;
  }

  async #access<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      return await read();
    } catch (error) {
      throw new MillraceError(
        'FILE_NOT_READABLE',
        `SFN_MOCK_CONFIG must name a readable file; found '${this.#path}': ${messageOf(error)}`,
        { fields: { path: this.#path }, cause: error },
      );
    }
  }
}

/** Errors name places in the file and not its path: callers see them, too. */
function parse(text: string): MockFile {
  const source = 'the file of SFN_MOCK_CONFIG';
  try {
    return parseMockFile(parseJson(text), source);
  } catch (error) {
    if (hasCode(error)) throw error;
    throw new MillraceError('INVALID_CONFIGURATION', `${source} must be JSON: ${messageOf(error)}`);
  }
}

/** A start, and the test case that answers its calls; null for none. */
export interface MockedStart {
  /** The ARN without the test case. */
  readonly arn: string;
  readonly mockCase: MockCase | null;
  /**
   * Throws ValidationException for results that the services would never return to the tasks of
   * this revision. Undefined when there is nothing to check.
   */
  readonly checkRevision?: (revision: MachineRevision) => Promise<void>;
}

/** Returns the test case that an ARN names after `#`. Throws ValidationException. */
export async function findMockedStart(
  arn: string,
  { mocks }: Pick<OperationContext, 'mocks'>,
): Promise<MockedStart> {
  const hash = arn.indexOf('#');
  if (hash < 0) return { arn, mockCase: null };
  const [plain, testCase] = [arn.slice(0, hash), arn.slice(hash + 1)];
  if (mocks === null) {
    throw invalidCase(
      `no mock file is loaded, so '#${testCase}' names no test case: set SFN_MOCK_CONFIG`,
    );
  }
  const machine = plain.split(':')[6] ?? '';
  try {
    const mockCase = await mocks.find(machine, testCase);
    const { results } = mocks;
    if (results === null) return { arn: plain, mockCase };
    return {
      arn: plain,
      mockCase,
      checkRevision: (revision) => checkResults(results, revision, mockCase),
    };
  } catch (error) {
    if (hasCode(error, 'INVALID_ARGUMENT', 'INVALID_CONFIGURATION')) {
      throw invalidCase(error.message);
    }
    if (hasCode(error, 'FILE_NOT_READABLE')) {
      throw invalidCase('the file of SFN_MOCK_CONFIG cannot be read any more');
    }
    throw error;
  }
}

async function checkResults(
  results: MockedResults,
  { definition: text }: MachineRevision,
  mockCase: MockCase,
): Promise<void> {
  const definition = parseWrittenJson(text) as object as MachineDefinition;
  const problems = await results.findProblems(definition, mockCase).catch((error: unknown) => {
    // A client of the AWS SDK is missing: the message says which.
    throw hasCode(error, 'INVALID_CONFIGURATION') ? invalidCase(error.message) : error;
  });
  if (problems.length > 0) throw invalidCase(problems.join('; '));
}

function invalidCase(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
