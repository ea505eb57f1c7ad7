/** How the time limits of a Task stop while its call waits for a permit, and go on. */
import { describe, expect, it } from 'vitest';
import { dueAt } from '../../../lib/engine/due-at.ts';
import { Run, single, startOfRun } from '../../support/run-machine.ts';

const command = '2:0';

function start(fields: object): Run {
  return new Run(single({ Type: 'Task', Resource: 'work', ...fields })).apply({ type: 'started' });
}

describe('a Task whose call is held', () => {
  it('a held call has no time limit, and one that is permitted has what was left', () => {
    const task = start({ TimeoutSeconds: 10, HeartbeatSeconds: 4 });
    task.now += 1_000;
    task.apply({ type: 'commandHeld', command });
    expect(dueAt(task.snapshot)).toBeNull();

    task.now += 3_600_000;
    task.apply({ type: 'heartbeatReceived', command }).apply({ type: 'timersDue' });
    task.apply({ type: 'commandPermitted', command });
    expect(dueAt(task.snapshot)).toBe(task.now + 4_000);

    task.now += 3_000;
    task.apply({ type: 'heartbeatReceived', command });
    task.now += 3_000;
    task.apply({ type: 'heartbeatReceived', command });
    expect(dueAt(task.snapshot)).toBe(startOfRun + 3_600_000 + 10_000);
  });

  it('being held twice, or permitted without a wait, changes nothing', () => {
    const task = start({ TimeoutSeconds: 10 });
    const before = task.snapshot;
    expect(task.apply({ type: 'commandPermitted', command }).snapshot).toBe(before);
    const held = task.apply({ type: 'commandHeld', command }).snapshot;
    task.now += 5_000;
    expect(task.apply({ type: 'commandHeld', command }).snapshot).toBe(held);
  });

  it('a call without time limits is not changed by its wait', () => {
    const task = start({});
    const before = task.snapshot;

    expect(task.apply({ type: 'commandHeld', command }).snapshot).toBe(before);
  });
});
