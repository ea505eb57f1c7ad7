/** Which states accept a mock, which need one, and the shape of its result. */
import { describe, expect, it } from 'vitest';
import { catchRefusal, runStateTest, type StateTestOptions } from './state-test-harness.ts';

const branch = { StartAt: 'Pack', States: { Pack: { Type: 'Pass', End: true } } };
const map = { Type: 'Map', ItemProcessor: branch, End: true };
const task = (Resource: string) => ({ Type: 'Task', Resource, End: true });
const refused = (definition: object, options: StateTestOptions = {}) =>
  catchRefusal(() => runStateTest(definition, options));
const validation = (message: string) => ({ type: 'ValidationException', message });

describe('checkMock', () => {
  it.each([
    ['Pass', { Type: 'Pass', End: true }],
    ['Succeed', { Type: 'Succeed' }],
    ['Fail', { Type: 'Fail' }],
    ['Wait', { Type: 'Wait', Seconds: 1, End: true }],
  ])('a %s state cannot be mocked', (type, state) => {
    const message = `State type '${type}' is not supported when a mock is specified`;

    expect(refused(state, { mock: { result: 1 } })).toEqual(validation(message));
    expect(refused(state, { mock: { errorOutput: { error: 'E' } } })).toEqual(validation(message));
  });

  it.each([
    ['Map', map],
    ['Parallel', twoBranches()],
  ])('a %s state needs a mock', (_, state) => {
    expect(refused(state)).toEqual({
      type: 'InvalidDefinition',
      message:
        'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    });
  });

  it.each([
    'arn:aws:states:us-east-1:123456789012:activity:sign',
    'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    'arn:aws:states:::states:startExecution.sync:2',
  ])('a Task that is answered from outside needs a mock: %s', (resource) => {
    expect(refused(task(resource))).toMatchObject({ type: 'ValidationException' });
  });

  it('the result of a mocked Parallel must have one output per branch', () => {
    const one = { mock: { result: [1] } };

    expect(refused(twoBranches(), { mock: { result: {} } })).toEqual(
      validation('Mocked result must be an array.'),
    );
    expect(refused(twoBranches(), one)).toEqual(
      validation(
        'Mocked result must contain the same number of items as number of Parallel branches.',
      ),
    );
  });

  it('the result of a mocked Map must be a list of outputs', () => {
    expect(refused(map, { input: [1], mock: { result: 'all' } })).toEqual(
      validation('Mocked result must be an array.'),
    );
  });

  it('a configuration that does not fit the state is refused', () => {
    const mock = { errorOutput: { error: 'E' } };
    const set = (state: object, stateConfiguration: object) =>
      refused(state, { mock, stateConfiguration }).message;

    expect(set(task('work'), { mapIterationFailureCount: 1 })).toBe(
      "stateConfiguration.mapIterationFailureCount is not supported for state type 'Task'",
    );
    expect(set(map, { errorCausedByState: 'Fold' })).toBe(
      "State 'Fold' not found inside of 'StateName'",
    );
  });
});

function twoBranches(): object {
  const other = { StartAt: 'Fold', States: { Fold: { Type: 'Pass', End: true } } };
  return { Type: 'Parallel', Branches: [branch, other], End: true };
}
