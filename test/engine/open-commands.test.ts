/** Which commands are known after a crash: those without an answer, as they were sent. */
import { describe, expect, it } from 'vitest';
import { openCommands } from '../../lib/engine/open-commands.ts';
import { decodeSnapshot, encodeSnapshot } from '../../lib/engine/snapshot.ts';
import { Run, run, single } from '../support/run-machine.ts';

const open = ({ machine, identity, snapshot }: Run) =>
  openCommands(machine, identity, decodeSnapshot(encodeSnapshot(snapshot)));

describe('openCommands', () => {
  it('answers the very effects that were sent, after a crash', () => {
    const definition = single({
      Type: 'Map',
      ItemsPath: '$.items',
      ItemSelector: { 'v.$': '$$.Map.Item.Value', 'id.$': 'States.UUID()' },
      ItemProcessor: {
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: 'work',
            Parameters: {
              'in.$': '$',
              'item.$': '$$.Map.Item',
              'entered.$': '$$.State.EnteredTime',
              'chance.$': 'States.MathRandom(1, 1000000)',
            },
            End: true,
          },
        },
      },
    });

    const started = new Run(definition, { input: { items: ['a', 'b'] } }).apply({
      type: 'started',
    });

    expect(started.effects).toHaveLength(2);
    expect(open(started)).toEqual(started.effects);
  });

  it('leaves out what has been answered', () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Task', Resource: name, End: true } },
    });
    const definition = single({ Type: 'Parallel', Branches: [branch('x'), branch('y')] });
    const started = new Run(definition).apply({ type: 'started' });

    started.apply({ type: 'commandSucceeded', command: '4:0', result: 1 });

    expect(open(started)).toMatchObject([{ resource: 'y' }]);
  });

  it('is empty during a back-off and after the end', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'] }];
    const failed = new Run(single({ Type: 'Task', Resource: 'work', Retry }));
    failed.apply({ type: 'started' });
    failed.apply({ type: 'commandFailed', command: '2:0', error: 'E', cause: '' });

    expect(open(failed)).toEqual([]);
    expect(open(run(single({ Type: 'Pass' })))).toEqual([]);
  });
});
