/** Executions that cannot go on for a reason outside the language: the store, or the machine. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../../lib/errors.ts';
import type { Store } from '../../../lib/ports/store.ts';
import { executorDefaults } from '../../../lib/roles/execution/executor.ts';
import {
  HeldHandler,
  oneTask,
  RoleHarness,
  type RoleHarnessOptions,
} from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';

async function setUp(definition: object = oneTask, options: RoleHarnessOptions = {}) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler }, ...options });
  await harness.register(definition);
  return { harness, work, executor: harness.executor() };
}

describe('what keeps an execution from going on', () => {
  /** A store that refuses `times` checkpoints that would let go of an execution. */
  function refusing(faults: { times: number }): (real: Store) => Store {
    return (real) => ({
      ...real,
      commit: async (checkpoints) => {
        if (faults.times > 0 && checkpoints.some(({ lease }) => lease === 'release')) {
          faults.times -= 1;
          throw new MillraceError('STORE_FAILED', 'no such column');
        }
        return real.commit(checkpoints);
      },
    });
  }

  it('is tried again later, as a failed attempt, when its checkpoint is refused for good', async () => {
    const faults = { times: 0 };
    const { harness, work, executor } = await setUp(oneTask, { store: refusing(faults) });
    const id = await harness.record({}, { retriesMax: 1 });
    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    faults.times = 1;
    work.answer(0, 'poison');

    expect(await outcome).toEqual({ kind: 'suspended', dueInMs: executorDefaults.giveBackMs });
    expect(harness.logger.entries).toMatchObject([{ level: 'error', fields: { executionId: id } }]);
    const record = await harness.store.getExecution(id);
    expect(record).toMatchObject({ status: 'RUNNING', workerId: null, attempts: 1 });
    // Nothing is lost: the state's answer was not written, so its command is called again.
    await harness.clock.advance(executorDefaults.giveBackMs);
    const again = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 2, 'the call to be made again');
    work.answer(1, 'fine');
    expect(await again).toEqual({ kind: 'ended' });
  }); // W39

  it('ends it in the archive when its checkpoints are refused and its retries used up', async () => {
    const faults = { times: 0 };
    const { harness, work, executor } = await setUp(oneTask, { store: refusing(faults) });
    const id = await harness.record();
    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    faults.times = 1;
    work.answer(0, 'poison');

    expect(await outcome).toEqual({ kind: 'ended' });
    const end = { status: 'FAILED', error: 'Millrace.CheckpointRefused', cause: 'no such column' };
    expect(await harness.store.getExecution(id)).toMatchObject(end);
    expect(await harness.store.countArchive({ taskIds: [id] })).toBe(1);
  });

  it('is given back when even that end is refused', async () => {
    const faults = { times: 0 };
    const { harness, work, executor } = await setUp(oneTask, { store: refusing(faults) });
    const id = await harness.record();
    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    faults.times = 2;
    work.answer(0, 'poison');

    expect(await outcome).toEqual({ kind: 'suspended', dueInMs: executorDefaults.giveBackMs });
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'RUNNING',
      workerId: null,
    });
  });

  it('gives it back when its machine is unknown, and says which', async () => {
    const { harness, executor } = await setUp();
    const id = await harness.record({}, { machineVersion: 9 });

    const outcome = await executor.run(await harness.claim(id));

    expect(outcome).toEqual({ kind: 'suspended', dueInMs: executorDefaults.giveBackMs });
    expect(harness.logger.entries[0]?.fields.error).toContain(
      "version 9 of the state machine 'machine'",
    );
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'PENDING',
      workerId: null,
    });
  });

  it('rejects when the store takes nothing at all, so that the lease runs out', async () => {
    const { harness, executor } = await setUp(oneTask, {
      store: (real: Store): Store => ({
        ...real,
        commit: async () => {
          throw new MillraceError('STORE_FAILED', 'read-only');
        },
      }),
    });
    const id = await harness.record();

    await expect(executor.run(await harness.claim(id))).rejects.toThrow('read-only');

    expect(executor.running).toBe(0);
  });
});
