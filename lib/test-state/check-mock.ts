/** Checks that a mock and a configuration suit the state under test. */
import { isObject, type Json } from '../asl/json/json.ts';
import type { Documents } from './documents.ts';
import { refuseTest } from './refusal.ts';
import type { StateConfiguration, TestStateRequest } from './request.ts';
import { listStatesInside, type Subject } from './subject.ts';

const unmockedTypes = '[Task, Wait, Pass, Succeed, Fail, Choice]';

/** Throws INVALID_ARGUMENT or INVALID_DEFINITION for what AWS rejects. */
export function checkMock(
  subject: Subject,
  { mock, stateConfiguration = {} }: TestStateRequest,
  { mockResult }: Documents,
): void {
  if (mock === undefined) requireMock(subject);
  else checkMocked(subject, mockResult);
  checkConfiguration(subject, stateConfiguration);
}

/** A state whose work ends from outside cannot be tested without a mock. */
function requireMock({ node }: Subject): void {
  if (node.type === 'Map' || node.type === 'Parallel') {
    const message = `TestState API does not support Map or Parallel states. Supported state types include: ${unmockedTypes}`;
    refuseTest('InvalidDefinition', message, 'mock its result');
  }
  if (node.type !== 'Task' || node.pattern === 'request') return;
  const message =
    'TestState only supports Activity tasks and the .sync and .waitForTaskToken service integration patterns when a mock is specified';
  refuseTest('ValidationException', message, `add a mock for ${node.resource}`);
}

function checkMocked({ state, node }: Subject, result: Json | undefined): void {
  const { type } = node;
  if (type !== 'Task' && type !== 'Map' && type !== 'Parallel') {
    const message = `State type '${state.Type}' is not supported when a mock is specified`;
    refuseTest('ValidationException', message, 'remove the mock: the state needs none');
  }
  if (result === undefined || type === 'Task') return;
  if (state.Type === 'Map' && state.ResultWriter !== undefined) checkWritten(result);
  else checkOutputs(result, node.type === 'Parallel' ? node.branches.length : undefined);
}

function checkWritten(result: Json): void {
  if (isObject(result)) return;
  const advice = 'the result of a Map with a ResultWriter is the location of its results';
  refuseTest('ValidationException', 'Mocked result must be a JSON object.', advice);
}

function checkOutputs(result: Json, branches: number | undefined): void {
  if (!Array.isArray(result)) {
    const advice = 'it lists the outputs of the branches or iterations';
    refuseTest('ValidationException', 'Mocked result must be an array.', advice);
  } else if (branches !== undefined && result.length !== branches) {
    const message =
      'Mocked result must contain the same number of items as number of Parallel branches.';
    refuseTest(
      'ValidationException',
      message,
      `expected ${branches} items, found ${result.length}`,
    );
  }
}

/** Checks that the state type has what the configuration refers to. */
function checkConfiguration(subject: Subject, configuration: StateConfiguration): void {
  const { Type } = subject.state;
  const { errorCausedByState, mapIterationFailureCount, mapItemReaderData } = configuration;
  const requireType = (field: string, value: unknown, ...types: string[]): void => {
    if (value === undefined || types.includes(Type)) return;
    const message = `stateConfiguration.${field} is not supported for state type '${Type}'`;
    refuseTest('ValidationException', message, `use it with ${types.join(' and ')} states`);
  };
  requireType('errorCausedByState', errorCausedByState, 'Map', 'Parallel');
  requireType('mapIterationFailureCount', mapIterationFailureCount, 'Map');
  requireType('mapItemReaderData', mapItemReaderData, 'Map');
  if (errorCausedByState === undefined) return;
  const inside = listStatesInside(subject);
  if (inside.includes(errorCausedByState)) return;
  const message = `State '${errorCausedByState}' not found inside of '${subject.name}'`;
  refuseTest('ValidationException', message, `found ${inside.join(', ')}`);
}
