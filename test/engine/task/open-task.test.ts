/** Which commands an answer from outside may be for. */
import { describe, expect, it } from 'vitest';
import { openTask } from '../../../lib/engine/task/open-task.ts';
import { Run, single } from '../../support/run-machine.ts';

const waitingTask = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Parameters: { 'MessageBody.$': '$$.Task.Token' },
};

const started = (definition: object, input = {}) =>
  new Run(definition, { input }).apply({ type: 'started' });

describe('openTask', () => {
  it('finds a command with the token that was given out', () => {
    const run = started(single(waitingTask));
    const [effect] = run.effects;

    expect(effect).toMatchObject({ type: 'invoke', command: '2:0' });
    expect(openTask(run.snapshot, '2:0')).toMatchObject({
      taskToken: effect?.type === 'invoke' ? effect.taskToken : '',
    });
  });

  it('finds those in branches and iterations', () => {
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
    for (const command of commands) expect(openTask(run.snapshot, command)).toBeDefined();
  });

  it('finds neither one that is answered nor one of another try', () => {
    const run = started(single({ ...waitingTask, Retry: [{ ErrorEquals: ['E'] }] }));
    expect(openTask(run.snapshot, '2:1')).toBeUndefined();

    run.apply({ type: 'commandFailed', command: '2:0', error: 'E', cause: '' });

    expect(openTask(run.snapshot, '2:0')).toBeUndefined();
  });

  it('finds none in what has ended or stands failed', () => {
    const inner = { StartAt: 'T', States: { T: { ...waitingTask, End: true } } };
    const fails = { StartAt: 'F', States: { F: { Type: 'Task', Resource: 'f', End: true } } };
    const run = started(single({ Type: 'Parallel', Branches: [inner, fails] }));
    const commands = run.effects.map((effect) => (effect.type === 'invoke' ? effect.command : ''));
    const [waiting = '', failing = ''] = commands;
    expect(openTask(run.snapshot, waiting)).toBeDefined();

    run.apply({ type: 'commandFailed', command: failing, error: 'E', cause: '' });

    expect(run.snapshot.status).toBe('FAILED');
    expect(openTask(run.snapshot, waiting)).toBeUndefined();
  });
});
