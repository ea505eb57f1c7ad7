/** Ends of executions on the bus: once they stand, those that are wanted, and without payloads. */
import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../lib/ports/event-bus.ts';
import type { NewExecution } from '../../../lib/ports/execution-store.ts';
import {
  ExecutionEnds,
  type ExecutionEvents,
} from '../../../lib/roles/execution/execution-ends.ts';
import { RoleHarness, type RoleHarnessOptions } from '../../support/role-harness.ts';

const machine = {
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: 'work', End: true } },
};

/** An executor whose ends are told, and what the bus was told, call by call. */
async function openContext(which: ExecutionEvents, options: RoleHarnessOptions = {}) {
  const work = async (input: unknown) => {
    if (input === 'bad') throw new Error('no');
    return null;
  };
  const harness = new RoleHarness({ handlers: { work }, ...options });
  await harness.register(machine);
  await harness.register(machine, 'machine/each');
  const calls: (readonly BusEvent[])[] = [];
  const publish = async (events: readonly BusEvent[]) => void calls.push(events);
  const { metrics } = harness;
  const ends = new ExecutionEnds({ events: { publish }, metrics, which, eventType: 'ended' });
  const executor = harness.executor({ ends });
  const run = async (inputs: readonly string[], changes: Partial<NewExecution> = {}) => {
    const ids = await Promise.all(inputs.map((input) => harness.record(input, changes)));
    await Promise.all(ids.map(async (id) => executor.run(await harness.claim(id))));
    await ends.told();
    return ids;
  };
  return { harness, run, calls };
}

describe('the ends of executions', () => {
  it('are told with ids, status and error, many in one go', async () => {
    const { harness, run, calls } = await openContext('all');

    const [good, bad] = await run(['good', 'bad']);

    expect(calls).toHaveLength(1);
    const of = { machineId: 'machine', batchId: null };
    expect(calls.flat()).toEqual([
      {
        type: 'ended',
        detail: { ...of, executionId: good, name: good, status: 'SUCCEEDED', error: null },
        at: harness.clock.now(),
      },
      {
        type: 'ended',
        detail: { ...of, executionId: bad, name: bad, status: 'FAILED', error: 'Error' },
        at: harness.clock.now(),
      },
    ]);
  });

  it('are those of failures alone when no others are wanted; all are counted', async () => {
    const { harness, run, calls } = await openContext('failures');

    const [, bad] = await run(['good', 'bad']);

    expect(calls.flat()).toMatchObject([{ detail: { executionId: bad } }]);
    expect(harness.metrics.counts.get('ended')).toBe(2);
    expect(harness.metrics.counts.get('failed')).toBe(1);
  });

  it('are not told when none are wanted, nor those of children of a distributed Map', async () => {
    const none = await openContext('none');
    const all = await openContext('all');

    await none.run(['bad']);
    await all.run(['bad'], { machineId: 'machine/each' });

    expect([none.calls, all.calls]).toEqual([[], []]);
  });

  it('are not told of a failure that is tried again', async () => {
    const { harness, run, calls } = await openContext('all');

    const [id = ''] = await run(['bad'], { retriesMax: 1 });

    expect(await harness.statusOf(id)).toBe('PENDING_REDRIVE');
    expect(calls).toEqual([]);
  });

  it('are not told when the store did not take them', async () => {
    const { harness, run, calls } = await openContext('all', {
      store: (real) => ({ ...real, commit: async () => new Set() }) as typeof real,
    });

    await run(['good']);

    expect(calls).toEqual([]);
    expect(harness.metrics.counts.get('ended')).toBeUndefined();
  });
});
