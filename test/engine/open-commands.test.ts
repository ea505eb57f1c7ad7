/** The commands to send again after a crash: those without an answer, exactly as they were. */
import { describe, expect, it } from 'vitest';
import { findOpenCommands } from '../../lib/engine/open-commands.ts';
import { decodeSnapshot, encodeSnapshot } from '../../lib/engine/snapshot.ts';
import { Run, run, single } from '../support/run-machine.ts';

const open = ({ machine, identity, snapshot }: Run) =>
  findOpenCommands(machine, identity, decodeSnapshot(encodeSnapshot(snapshot)));

describe('findOpenCommands', () => {
  it('findOpenCommands returns exactly the effects that were sent before a crash', () => {
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

  it('findOpenCommands leaves out commands that were answered', () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Task', Resource: name, End: true } },
    });
    const definition = single({ Type: 'Parallel', Branches: [branch('x'), branch('y')] });
    const started = new Run(definition).apply({ type: 'started' });

    started.apply({ type: 'commandSucceeded', command: '4:0', result: 1 });

    expect(open(started)).toMatchObject([{ resource: 'y' }]);
  });

  it('an execution has no open commands during a backoff and after its end', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'] }];
    const failed = new Run(single({ Type: 'Task', Resource: 'work', Retry }));
    failed.apply({ type: 'started' });
    failed.apply({ type: 'commandFailed', command: '2:0', error: 'E', cause: '' });

    expect(open(failed)).toEqual([]);
    expect(open(run(single({ Type: 'Pass' })))).toEqual([]);
  });
});
