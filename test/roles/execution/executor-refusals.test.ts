/** Executions that cannot be run for a reason outside their definition: the store, the machine. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../../lib/errors.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { executorDefaults } from '../../../lib/roles/execution/executor.ts';
import { rejection } from '../../support/rejection.ts';
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

describe('an execution that cannot be run', () => {
  /** A store that refuses `times` checkpoints that release an execution. */
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

  it('an execution whose checkpoint is permanently refused is retried later as a failed attempt', async () => {
    const faults = { times: 0 };
    const { harness, work, executor } = await setUp(oneTask, { store: refusing(faults) });
    const id = await harness.record({}, { retriesMax: 1 });
    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    faults.times = 1;
    work.answer(0, 'poison');

    expect(await outcome).toEqual({ kind: 'suspended', dueInMs: executorDefaults.retryLaterMs });
    expect(harness.logger.entries).toMatchObject([{ level: 'error', fields: { executionId: id } }]);
    const record = await harness.store.getExecution(id);
    expect(record).toMatchObject({ status: 'RUNNING', workerId: null, attempts: 1 });
    // Nothing is lost: the answer was not written, so the command is called again.
    await harness.clock.advance(executorDefaults.retryLaterMs);
    const again = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 2, 'the second call');
    work.answer(1, 'fine');
    expect(await again).toEqual({ kind: 'ended' });
  });

  it.each([
    ['a wrong password', new MillraceError('STORE_UNAVAILABLE', 'wrong password')],
    ['a missing table', new MillraceError('STORE_FAILED', 'no table', { retryable: true })],
  ])('%s is the fault of the server and spends no attempt of an execution', async (_, fault) => {
    let isFailing = false;
    const { harness, work, executor } = await setUp(oneTask, {
      store: (real: Store): Store => ({
        ...real,
        commit: async (checkpoints) => {
          if (isFailing) throw fault;
          return real.commit(checkpoints);
        },
      }),
    });
    const id = await harness.record();
    const outcome = rejection(executor.run(await harness.claim(id)));
    await until(() => work.calls.length === 1, 'the call');

    isFailing = true;
    work.answer(0, 'done');
    await until(() => harness.logger.entries.length > 0, 'the outage to be logged');
    await harness.clock.advance(600_000);

    expect(await outcome).toBe(fault);
    expect(await harness.store.getExecution(id)).toMatchObject({ status: 'RUNNING', attempts: 0 });
  });

  it('an execution whose checkpoint is refused and whose retries are used up is archived', async () => {
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

  it('an execution whose archived end is refused too is retried later', async () => {
    const faults = { times: 0 };
    const { harness, work, executor } = await setUp(oneTask, { store: refusing(faults) });
    const id = await harness.record();
    const outcome = executor.run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    faults.times = 2;
    work.answer(0, 'poison');

    expect(await outcome).toEqual({ kind: 'suspended', dueInMs: executorDefaults.retryLaterMs });
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'RUNNING',
      workerId: null,
    });
  });

  it('an execution whose machine is unknown is retried later, and the log names the machine', async () => {
    const { harness, executor } = await setUp();
    const id = await harness.record({}, { machineVersion: 9 });

    const outcome = await executor.run(await harness.claim(id));

    expect(outcome).toEqual({ kind: 'suspended', dueInMs: executorDefaults.retryLaterMs });
    expect(harness.logger.entries[0]?.fields.error).toContain(
      "version 9 of the state machine 'machine'",
    );
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'PENDING',
      workerId: null,
    });
  });

  it('a run rejects when the store takes no checkpoint at all, so that the lease expires', async () => {
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

    expect(executor.runningCount).toBe(0);
  });
});
