/** Published ends of executions: once they are written, as configured, and without payloads. */
import { describe, expect, it } from 'vitest';
import type { BusEvent, ExecutionEvents } from '../../../lib/ports/event-bus.ts';
import type { NewExecution } from '../../../lib/ports/store/execution-store.ts';
import { ExecutionEnds } from '../../../lib/roles/execution/execution-ends.ts';
import { RoleHarness, type RoleHarnessOptions } from '../../support/role-harness.ts';

const machine = {
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: 'work', End: true } },
};

/** An executor whose ends are published, and the calls that the bus received. */
async function setUp(published: ExecutionEvents, options: RoleHarnessOptions = {}) {
  const work = async (input: unknown) => {
    if (input === 'bad') throw new Error('no');
    return null;
  };
  const harness = new RoleHarness({ handlers: { work }, ...options });
  await harness.register(machine);
  await harness.register(machine, 'machine/each');
  const calls: (readonly BusEvent[])[] = [];
  const publish = async (events: readonly BusEvent[]) => void calls.push(events);
  const { metrics, logger } = harness;
  const ends = new ExecutionEnds({
    events: { publish },
    metrics,
    logger,
    published,
    eventType: 'ended',
  });
  const executor = harness.executor({ ends });
  const run = async (inputs: readonly string[], changes: Partial<NewExecution> = {}) => {
    const ids = await Promise.all(inputs.map((input) => harness.record(input, changes)));
    await Promise.all(ids.map(async (id) => executor.run(await harness.claim(id))));
    await ends.flush();
    return ids;
  };
  return { harness, run, calls };
}

describe('the ends of executions', () => {
  it('the ends of executions are published with ids, status and error, many in one call', async () => {
    const { harness, run, calls } = await setUp('all');

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

  it('only failures are published when so configured, but all ends are counted', async () => {
    const { harness, run, calls } = await setUp('failures');

    const [, bad] = await run(['good', 'bad']);

    expect(calls.flat()).toMatchObject([{ detail: { executionId: bad } }]);
    expect(harness.metrics.counts.get('ended')).toBe(2);
    expect(harness.metrics.counts.get('failed')).toBe(1);
  });

  it('no end is published when so configured, nor the end of a child of a distributed Map', async () => {
    const none = await setUp('none');
    const all = await setUp('all');

    await none.run(['bad']);
    await all.run(['bad'], { machineId: 'machine/each' });

    expect([none.calls, all.calls]).toEqual([[], []]);
  });

  it('a failure that is retried is not published as an end', async () => {
    const { harness, run, calls } = await setUp('all');

    const [id = ''] = await run(['bad'], { retriesMax: 1 });

    expect(await harness.readStatus(id)).toBe('PENDING_REDRIVE');
    expect(calls).toEqual([]);
  });

  it('an end that the store refused is neither published nor counted', async () => {
    const { harness, run, calls } = await setUp('all', {
      store: (real) => ({ ...real, commit: async () => new Set() }) as typeof real,
    });

    await run(['good']);

    expect(calls).toEqual([]);
    expect(harness.metrics.counts.get('ended')).toBeUndefined();
  });

  it('each failed attempt is logged once at info, with machine, state, error and execution', async () => {
    const { harness, run } = await setUp('none');

    const [good, retried, ended] = [
      ...(await run(['good'])),
      ...(await run(['bad'], { retriesMax: 1 })),
      ...(await run(['bad'])),
    ];

    expect(good).toBeDefined();
    const failure = { batchId: null, machineId: 'machine', state: 'Work', error: 'Error' };
    expect(harness.logger.entries.filter(({ level }) => level === 'info')).toEqual([
      {
        level: 'info',
        message: 'attempt failed: retrying',
        fields: { ...failure, executionId: retried, attempt: 1, delayMs: 1_000 },
      },
      {
        level: 'info',
        message: 'attempt failed: ended',
        fields: { ...failure, executionId: ended, attempt: 1, status: 'FAILED' },
      },
    ]);
  });
});
