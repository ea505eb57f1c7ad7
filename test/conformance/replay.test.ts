/** Replaying recorded executions through the engine, with the answers of their tasks. */
import { describe, expect, it } from 'vitest';
import type { TestStateRequest } from '../../lib/test-state/request.ts';
import { documentFor } from './document.ts';
import { replay } from './replay.ts';

const succeeded = (stateName: string, output: object | string, rest: object = {}) => ({
  stateName,
  occurrence: 1,
  attempt: 1,
  outcome: { type: 'succeeded', output },
  ...rest,
});
const failed = (stateName: string, attempt: number) => ({
  stateName,
  occurrence: 1,
  attempt,
  outcome: { type: 'failed', error: 'Boom', cause: { why: 'it broke' } },
});
const task = { Type: 'Task', Resource: 'work', End: true };
const machine = (state: object) => ({ StartAt: 'A', States: { A: state } });

describe('replay', () => {
  it('a replay answers a task with its recorded output, and parses JSON text', async () => {
    const definition = machine(task);
    const taskResults = [succeeded('A', '"done"')];

    expect(await replay({ type: 'history', definition, taskResults })).toMatchObject({
      status: 'SUCCEEDED',
      output: 'done',
    });
  });

  it('a replay answers each retry with its own recorded answer', async () => {
    const Retry = [{ ErrorEquals: ['Boom'] }];
    const taskResults = [failed('A', 1), succeeded('A', { fine: true }, { attempt: 2 })];

    const { output, events } = await replay({
      type: 'history',
      definition: machine({ ...task, Retry }),
      taskResults,
    });

    expect(output).toEqual({ fine: true });
    expect(events.map(({ lambdaFunctionFailedEventDetails: d }) => d).find(Boolean)).toEqual({
      error: 'Boom',
      cause: '{"why":"it broke"}',
    });
  });

  it('a replay answers the task of an iteration with the answer recorded for that iteration', async () => {
    const ItemProcessor = { StartAt: 'W', States: { W: task } };
    const definition = machine({ Type: 'Map', ItemProcessor, End: true });
    const of = (index: number) => ({ context: [{ map: 'A', index }] });
    const taskResults = [succeeded('W', { n: 1 }, of(1)), succeeded('W', { n: 0 }, of(0))];

    const { output } = await replay({
      type: 'history',
      definition,
      inputText: '[7,7]',
      taskResults,
    });

    expect(output).toEqual([{ n: 0 }, { n: 1 }]);
  });

  it('a replay distinguishes tasks by their parameters when the recording does not name their states', async () => {
    const branch = (name: string) => {
      return { StartAt: name, States: { [name]: { ...task, Parameters: { name } } } };
    };
    const Branches = [branch('L'), branch('R')];
    const guess = (name: string) => ({ guessedByOrder: true, parameters: { name } });
    const taskResults = [succeeded('X', '"r"', guess('R')), succeeded('X', '"l"', guess('L'))];

    const definition = machine({ Type: 'Parallel', Branches, End: true });

    expect((await replay({ type: 'history', definition, taskResults })).output).toEqual(['l', 'r']);
  });

  it('a replay leaves a task that timed out to the timer of the engine', async () => {
    const taskResults = [{ ...succeeded('A', {}), outcome: { type: 'timedOut' } }];
    const definition = machine({ ...task, TimeoutSeconds: 1 });

    const { status, events } = await replay({ type: 'history', definition, taskResults });

    expect(status).toBe('FAILED');
    expect(events.map(({ type }) => type)).toContain('LambdaFunctionTimedOut');
  });

  it('a replay stops at a timer when the recording ends before it', async () => {
    const definition = machine({ Type: 'Wait', Seconds: 5, End: true });
    const recorded = { type: 'history', definition };

    expect((await replay(recorded)).status).toBe('SUCCEEDED');
    expect((await replay({ ...recorded, flags: ['historyNotTerminal'] })).status).toBe('RUNNING');
  });

  it('a replay of an invalid definition returns its diagnostics', async () => {
    const definition = { StartAt: 'Nowhere', States: {} };

    expect(await replay({ type: 'history', definition })).toMatchObject({
      status: 'INVALID',
      events: [],
      diagnostics: [{ location: '/StartAt' }, { code: 'MISSING_END_STATE' }],
    });
  });
});

describe('documentFor', () => {
  it('the document of an output case has no events', async () => {
    const definition = machine({ Type: 'Pass', Result: 3, End: true });

    const document = await documentFor({ type: 'output', definition });

    expect(document).toEqual({ status: 'SUCCEEDED', output: 3 });
  });

  it('the document of a refused definition is the error of CreateStateMachine', async () => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } };

    const operation = 'CreateStateMachine';
    const document = await documentFor({ type: 'validate', operation, definition });

    expect(document).toEqual({
      error: {
        type: 'InvalidDefinition',
        message: expect.stringContaining("MISSING_TRANSITION_TARGET: Missing 'Next' target: B"),
      },
    });
  });

  it('the document of a TestState case is the reply, or the error of AWS', async () => {
    const test = (request: TestStateRequest) =>
      documentFor({ type: 'testState', request: request });

    const answered = await test({ definition: '{"Type":"Succeed"}' });
    const refused = await test({ definition: '{"Type":"Succeed"}', mock: { result: '1' } });

    expect(answered).toMatchObject({ response: { status: 'SUCCEEDED', output: '{}' } });
    expect(refused).toEqual({
      error: {
        type: 'ValidationException',
        message: "State type 'Succeed' is not supported when a mock is specified",
      },
    });
  });

  it('a case of a type that is not compared has no document', async () => {
    expect(await documentFor({ type: 'logs' })).toBeUndefined();
  });
});
