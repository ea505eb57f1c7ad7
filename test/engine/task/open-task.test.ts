/** The commands that accept an answer from outside. */
import { describe, expect, it } from 'vitest';
import { findOpenTask } from '../../../lib/engine/task/open-task.ts';
import { Run, single } from '../../support/run-machine.ts';

const waitingTask = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Parameters: { 'MessageBody.$': '$$.Task.Token' },
};

const started = (definition: object, input = {}) =>
  new Run(definition, { input }).apply({ type: 'started' });

describe('findOpenTask', () => {
  it('findOpenTask finds a command with the token that was sent', () => {
    const run = started(single(waitingTask));
    const [effect] = run.effects;

    expect(effect).toMatchObject({ type: 'invoke', command: '2:0' });
    expect(findOpenTask(run.snapshot, '2:0')).toMatchObject({
      taskToken: effect?.type === 'invoke' ? effect.taskToken : '',
    });
  });

  it('findOpenTask finds commands in branches and iterations', () => {
    const graph = (name: string) => ({
      StartAt: name,
      States: { [name]: { ...waitingTask, End: true } },
    });
    const map = { Type: 'Map', ItemProcessor: graph('B'), ItemsPath: '$.items', End: true };
    const mapping = { StartAt: 'M', States: { M: map } };
    const run = started(single({ Type: 'Parallel', Branches: [graph('A'), mapping] }), {
      items: [1, 2],
    });
    const commands = run.effects.map((effect) => (effect.type === 'invoke' ? effect.command : ''));

    expect(commands).toHaveLength(3);
    for (const command of commands) expect(findOpenTask(run.snapshot, command)).toBeDefined();
  });

  it('findOpenTask finds neither an answered command nor one of another run of the state', () => {
    const run = started(single({ ...waitingTask, Retry: [{ ErrorEquals: ['E'] }] }));
    expect(findOpenTask(run.snapshot, '2:1')).toBeUndefined();

    run.apply({ type: 'commandFailed', command: '2:0', error: 'E', cause: '' });

    expect(findOpenTask(run.snapshot, '2:0')).toBeUndefined();
  });

  it('findOpenTask finds no command in a failed execution', () => {
    const inner = { StartAt: 'T', States: { T: { ...waitingTask, End: true } } };
    const fails = { StartAt: 'F', States: { F: { Type: 'Task', Resource: 'f', End: true } } };
    const run = started(single({ Type: 'Parallel', Branches: [inner, fails] }));
    const commands = run.effects.map((effect) => (effect.type === 'invoke' ? effect.command : ''));
    const [waiting = '', failing = ''] = commands;
    expect(findOpenTask(run.snapshot, waiting)).toBeDefined();

    run.apply({ type: 'commandFailed', command: failing, error: 'E', cause: '' });

    expect(run.snapshot.status).toBe('FAILED');
    expect(findOpenTask(run.snapshot, waiting)).toBeUndefined();
  });
});
