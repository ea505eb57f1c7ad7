/** Holds a mock and a configuration to what the state under test can be asked. */
import { isObject, type Json } from '../asl/json/json.ts';
import type { Documents } from './documents.ts';
import { refuse } from './refusal.ts';
import type { StateConfiguration, TestStateRequest } from './request.ts';
import { type Subject, statesInside } from './subject.ts';

const unmockedTypes = '[Task, Wait, Pass, Succeed, Fail, Choice]';

/** Throws INVALID_ARGUMENT or INVALID_DEFINITION, as AWS does. */
export function checkMock(
  subject: Subject,
  { mock, stateConfiguration = {} }: TestStateRequest,
  { mockResult }: Documents,
): void {
  if (mock === undefined) requireMock(subject);
  else checkMocked(subject, mockResult);
  checkConfiguration(subject, stateConfiguration);
}

/** What waits for an outsider cannot be tested without one. */
function requireMock({ node }: Subject): void {
  if (node.type === 'Map' || node.type === 'Parallel') {
    const message = `TestState API does not support Map or Parallel states. Supported state types include: ${unmockedTypes}`;
    refuse('InvalidDefinition', message, 'give a mock of its result');
  }
  if (node.type !== 'Task' || node.pattern === 'request') return;
  const message =
    'TestState only supports Activity tasks and the .sync and .waitForTaskToken service integration patterns when a mock is specified';
  refuse('ValidationException', message, `give a mock for ${node.resource}`);
}

function checkMocked({ state, node }: Subject, result: Json | undefined): void {
  const { type } = node;
  if (type !== 'Task' && type !== 'Map' && type !== 'Parallel') {
    const message = `State type '${state.Type}' is not supported when a mock is specified`;
    refuse('ValidationException', message, 'leave the mock out: the state does its own work');
  }
  if (result === undefined || type === 'Task') return;
  if (state.Type === 'Map' && state.ResultWriter !== undefined) checkWritten(result);
  else checkOutputs(result, node.type === 'Parallel' ? node.branches.length : undefined);
}

function checkWritten(result: Json): void {
  if (isObject(result)) return;
  const advice = 'a Map with a ResultWriter answers where it has written to';
  refuse('ValidationException', 'Mocked result must be a JSON object.', advice);
}

function checkOutputs(result: Json, branches: number | undefined): void {
  if (!Array.isArray(result)) {
    const advice = 'it stands for the outputs of what ran inside of the state';
    refuse('ValidationException', 'Mocked result must be an array.', advice);
  } else if (branches !== undefined && result.length !== branches) {
    const message =
      'Mocked result must contain the same number of items as number of Parallel branches.';
    refuse('ValidationException', message, `${branches} branches, ${result.length} items`);
  }
}

/** What a configuration says must be about something that the state has. */
function checkConfiguration(subject: Subject, configuration: StateConfiguration): void {
  const { Type } = subject.state;
  const { errorCausedByState, mapIterationFailureCount, mapItemReaderData } = configuration;
  const onlyFor = (field: string, value: unknown, ...types: string[]): void => {
    if (value === undefined || types.includes(Type)) return;
    const message = `stateConfiguration.${field} is not supported for state type '${Type}'`;
    refuse('ValidationException', message, `it is about ${types.join(' and ')} states`);
  };
  onlyFor('errorCausedByState', errorCausedByState, 'Map', 'Parallel');
  onlyFor('mapIterationFailureCount', mapIterationFailureCount, 'Map');
  onlyFor('mapItemReaderData', mapItemReaderData, 'Map');
  if (errorCausedByState === undefined) return;
  const inside = statesInside(subject);
  if (inside.includes(errorCausedByState)) return;
  const message = `State '${errorCausedByState}' not found inside of '${subject.name}'`;
  refuse('ValidationException', message, `it has ${inside.join(', ')}`);
}
