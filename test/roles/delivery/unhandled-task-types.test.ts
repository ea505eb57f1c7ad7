/** Custom tasks on workers with and without their handler. */
import { describe, expect, it } from 'vitest';
import { durationMsMax } from '../../../lib/engine/limits.ts';
import { MachineCatalog } from '../../../lib/roles/execution/machine-catalog.ts';
import {
  createTaskDefinition,
  toTaskMachineId,
  toTaskResource,
} from '../../../lib/roles/execution/task-machine.ts';
import { HeldHandler, RoleHarness } from '../../support/role-harness.ts';
import { offBy } from '../../support/simulated-clock.ts';

const machineId = toTaskMachineId('report:build');

/** A harness whose workers have the handler of `report:build`, or do not have it. */
async function setUp(hasHandler: boolean) {
  const work = new HeldHandler();
  const handlers = hasHandler ? { [toTaskResource('report:build')]: work.handler } : {};
  const harness = new RoleHarness({ handlers });
  await harness.register(createTaskDefinition('report:build'), machineId, 'EXPRESS');
  return { harness, work };
}

describe('a task without a handler on its worker', () => {
  it('a task without a handler is postponed with growing delays, and its type is logged once', async () => {
    const { harness } = await setUp(false);
    const executor = harness.executor();
    const recordedAt = harness.clock.now();
    const id = await harness.record({}, { machineId, retriesMax: 0 });
    const delays: { readonly ms: number; readonly ageMs: number }[] = [];

    for (let turn = 0; turn < 20; turn += 1) {
      const outcome = await executor.run(await harness.claim(id));
      if (outcome.kind !== 'suspended') throw new Error('the task was not postponed');
      const ms = outcome.dueInMs ?? 0;
      delays.push({ ms, ageMs: Math.min(harness.clock.now() - recordedAt, 60_000) });
      await harness.clock.advance(ms);
    }

    for (const { ms, ageMs } of delays) {
      expect(ms).toBeGreaterThanOrEqual(Math.max(ageMs / 2, 1_000));
      expect(ms).toBeLessThanOrEqual(Math.max(ageMs, 1_000));
    }
    expect(delays.at(-1)?.ageMs).toBe(60_000);
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'PENDING',
      attempts: 0,
      stalls: 0,
      workerId: null,
    });
    expect(harness.logger.entries).toMatchObject([
      { level: 'warn', fields: { type: 'report:build' } },
    ]);
  });

  it('a postponed task is run by a worker that has its handler', async () => {
    const { harness, work } = await setUp(true);
    const without = harness.executor({ invoker: (await setUp(false)).harness.invoker });
    const id = await harness.record({ month: 5 }, { machineId });
    await without.run(await harness.claim(id));
    await harness.clock.advance(1_000);

    const outcome = harness.executor().run(await harness.claim(id));
    await harness.pass(() => work.calls.length === 1, 'the call');
    work.answer(0, { pages: 3 });

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(work.calls[0]?.input).toEqual({ month: 5 });
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"pages":3}',
    });
  });

  it.each([-3_600_000, 3_600_000])(
    'a task without a handler is postponed by its age on a worker whose clock is off by %i ms',
    async (ms) => {
      const { harness } = await setUp(false);
      const executor = harness.executor({ clock: offBy(harness.clock, ms) });
      const deadlineAt = harness.clock.now() + 25_000;
      const ids = [
        await harness.record({}, { machineId }),
        await harness.record({}, { machineId, deadlineAt }),
      ];
      await harness.clock.advance(20_000);

      const [free, bound] = await Promise.all(
        ids.map(async (id) => executor.run(await harness.claim(id))),
      );

      if (free?.kind !== 'suspended') throw new Error('the task was not postponed');
      expect(free.dueInMs).toBeGreaterThanOrEqual(10_000);
      expect(free.dueInMs).toBeLessThanOrEqual(20_000);
      expect(bound).toEqual({ kind: 'suspended', dueInMs: 5_000 });
    },
  );

  it('a task without a handler can be aborted', async () => {
    const { harness } = await setUp(false);
    const id = await harness.record({}, { machineId });
    await harness.store.requestAbort([id]);

    expect(await harness.executor().run(await harness.claim(id))).toEqual({ kind: 'ended' });

    expect(await harness.readStatus(id)).toBe('ABORTED');
  });

  it('a task without a handler ends at its deadline', async () => {
    const { harness } = await setUp(false);
    const deadlineAt = harness.clock.now() + 400;
    const id = await harness.record({}, { machineId, deadlineAt });
    const executor = harness.executor();

    const outcome = await executor.run(await harness.claim(id));
    await harness.clock.advance(400);

    expect(outcome).toEqual({ kind: 'suspended', dueInMs: 400 });
    expect(await executor.run(await harness.claim(id))).toEqual({ kind: 'ended' });
    expect(await harness.readStatus(id)).toBe('TIMED_OUT');
  });

  it('a postponed task reaches the worker with its handler, whatever the poll rhythm of the others', async () => {
    const { harness, work } = await setUp(true);
    const bare = (await setUp(false)).harness.invoker;
    const without = harness.worker({ executor: harness.executor({ invoker: bare }) });
    const created = { at: harness.clock.now(), id: await harness.submit({}, { machineId }) };
    without.start();
    await harness.pass(() => harness.clock.now() > created.at + 150_000, 'a task of some age');
    await harness.pass(async () => (await harness.depth()).inFlight === 1, 'another delivery', 250);
    const served = harness.worker();

    await harness.clock.advance(5_000);
    served.start();
    await harness.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await harness.pass(
      async () => (await harness.readStatus(created.id)) === 'SUCCEEDED',
      'the end',
    );
    await Promise.all([harness.stop(without), harness.stop(served)]);

    expect(work.calls).toHaveLength(1);
  });

  it('a postponed task reaches another worker through the queue', async () => {
    const { harness, work } = await setUp(true);
    const id = await harness.submit({}, { machineId });
    const bare = (await setUp(false)).harness.invoker;
    const worker = harness.worker({ executor: harness.executor({ invoker: bare }) });
    worker.start();
    await harness.pass(
      async () => (await harness.depth()).delayed === 1,
      'the task to be postponed',
    );
    await harness.stop(worker);

    const second = harness.worker();
    second.start();
    await harness.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    await harness.stop(second);

    expect(work.calls).toHaveLength(1);
  });
});

describe('the time limit of a task', () => {
  it('a task is not limited to the five minutes of EXPRESS machines', async () => {
    const { harness } = await setUp(true);
    await harness.register(createTaskDefinition('order'), 'order', 'EXPRESS');
    const catalog = new MachineCatalog(harness.store);

    expect((await catalog.get(machineId, 1)).timeoutMs).toBe(durationMsMax);
    expect((await catalog.get('order', 1)).timeoutMs).toBe(300_000);
  });
});
