/** Holds mocked results against the APIs of the services that they stand for, as TestState does. */
import type { MachineDefinition } from '../../asl/definition.ts';
import type { Json } from '../../asl/json/json.ts';
import { walkStates } from '../../asl/walk-states.ts';
import { SdkModels } from '../../drivers/aws/sdk-models.ts';
import { parseIntegrationName } from '../../engine/task/integration-name.ts';
import { hasCode } from '../../errors.ts';
import type { MockCase, MockedRange, MockedResponse } from '../../mocks/mock-file.ts';
import { checkAgainstApi } from '../../test-state/check-result.ts';
import type { FieldValidationMode } from '../../test-state/request.ts';

/** How much of a mocked result is checked; with NONE there is nothing to check with. */
export type CheckedFields = Exclude<FieldValidationMode, 'NONE'>;

/** What {@link MockedResults} is constructed from. */
export interface MockedResultsOptions {
  /** With STRICT, required fields must be there; with both, what is there must be of its type. */
  readonly mode: CheckedFields;
  /** The folder from which clients of the AWS SDK are resolved: they describe the responses. */
  readonly folder: string;
}

/** Finds mocked results that the mocked service would never return. */
export class MockedResults {
  readonly #mode: CheckedFields;
  readonly #models: SdkModels;

  constructor({ mode, folder }: MockedResultsOptions) {
    this.#mode = mode;
    this.#models = new SdkModels(folder);
  }

  /**
   * Returns why the call of this `Resource` never has this result; null when it can have it, or
   * when no API describes it: handlers, activities and jobs answer anything. Throws
   * INVALID_CONFIGURATION when the client that describes the service is not installed.
   */
  async findProblem(resource: string, result: Json): Promise<string | null> {
    const integration = parseIntegrationName(resource);
    if (integration === null || integration.pattern !== 'request') return null;
    const shape = await this.#models.findResponse(integration);
    if (shape === undefined) return null;
    try {
      checkAgainstApi(result, shape, this.#mode === 'STRICT');
      return null;
    } catch (error) {
      if (hasCode(error, 'INVALID_ARGUMENT')) return error.message;
      throw error;
    }
  }

  /**
   * Returns what is wrong with the answers of a test case, for the machine that it is of: each with
   * its place in the mock file. Throws INVALID_CONFIGURATION as {@link findProblem} does.
   */
  async findProblems(definition: MachineDefinition, mockCase: MockCase): Promise<string[]> {
    const problems = new Set<string>();
    for (const [resource, response] of listMockedCalls(definition, mockCase)) {
      for (const { answer, ...range } of response.ranges) {
        if (answer.kind !== 'return') continue;
        const problem = await this.findProblem(resource, answer.value);
        if (problem !== null) problems.add(`${placeOf(response, range)}: ${problem}`);
      }
    }
    return [...problems];
  }
}

/** Returns the `Resource` of each mocked Task, and its answers. */
function listMockedCalls(
  definition: MachineDefinition,
  mockCase: MockCase,
): [string, MockedResponse][] {
  return walkStates(definition).flatMap(({ state, name }): [string, MockedResponse][] => {
    const response = mockCase.get(name);
    return state.Type === 'Task' && response !== undefined ? [[state.Resource, response]] : [];
  });
}

function placeOf({ name }: MockedResponse, { from, to }: Pick<MockedRange, 'from' | 'to'>): string {
  return `MockedResponses.${name}.${from === to ? from : `${from}-${to}`}`;
}
