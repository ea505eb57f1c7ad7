/** Executions that are continued by a worker whose clock is behind. */
import { describe, expect, it } from 'vitest';
import { checkHistory } from '../../lib/engine/invariants.ts';
import { Run, startOfRun } from '../support/run-machine.ts';

const twoTasks = {
  StartAt: 'First',
  States: {
    First: { Type: 'Task', Resource: 'work', Next: 'Second' },
    Second: { Type: 'Task', Resource: 'work', TimeoutSeconds: 10, End: true },
  },
};

describe('an execution continued under a clock that is behind', () => {
  it('an execution continued under a slower clock records no event before an earlier one', () => {
    const run = new Run(twoTasks).apply({ type: 'started' });
    run.now = startOfRun - 60_000;

    run.apply({ type: 'commandSucceeded', command: '2:0', result: 1 });

    expect(checkHistory(run.history)).toEqual([]);
    expect(run.history.at(-1)?.timestamp).toBe(startOfRun);
  });

  it('a task started under a slower clock has its whole timeout', () => {
    const run = new Run(twoTasks).apply({ type: 'started' });
    run.now = startOfRun - 60_000;
    run.apply({ type: 'commandSucceeded', command: '2:0', result: 1 });
    run.now = startOfRun + 9_999;
    expect(run.apply({ type: 'timersDue' }).end).toBeUndefined();

    run.now = startOfRun + 10_000;

    expect(run.apply({ type: 'timersDue' }).end).toMatchObject({ error: 'States.Timeout' });
  });
});
