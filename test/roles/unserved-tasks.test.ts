/** Custom tasks on workers with and without their handler. */
import { describe, expect, it } from 'vitest';
import { durationMsMax } from '../../lib/engine/limits.ts';
import { MachineCatalog } from '../../lib/roles/machine-catalog.ts';
import { taskDefinition, taskMachineId, taskResource } from '../../lib/roles/task-machine.ts';
import { HeldHandler, RoleWorld } from '../support/role-world.ts';

const machineId = taskMachineId('report:build');

/** A world whose workers have the handler of `report:build`, or have it not. */
async function setUp(isServed: boolean) {
  const work = new HeldHandler();
  const handlers = isServed ? { [taskResource('report:build')]: work.handler } : {};
  const world = new RoleWorld({ handlers });
  await world.register(taskDefinition('report:build'), machineId, 'EXPRESS');
  return { world, work };
}

describe('a task whose handler a worker does not have', () => {
  it('is put back as it was, later each time, and told once for its type', async () => {
    const { world } = await setUp(false);
    const executor = world.executor();
    const recordedAt = world.clock.now();
    const id = await world.record({}, { machineId, retriesMax: 0 });
    const pauses: { readonly ms: number; readonly ofMs: number }[] = [];

    for (let turn = 0; turn < 20; turn += 1) {
      const outcome = await executor.run(await world.claim(id));
      if (outcome.kind !== 'suspended') throw new Error(`the task was not put back`);
      const ms = outcome.dueInMs ?? 0;
      pauses.push({ ms, ofMs: Math.min(world.clock.now() - recordedAt, 60_000) });
      await world.clock.advance(ms);
    }

    for (const { ms, ofMs } of pauses) {
      expect(ms).toBeGreaterThanOrEqual(Math.max(ofMs / 2, 1_000));
      expect(ms).toBeLessThanOrEqual(Math.max(ofMs, 1_000));
    }
    expect(pauses.at(-1)?.ofMs).toBe(60_000);
    expect(await world.store.getExecution(id)).toMatchObject({
      status: 'PENDING',
      attempts: 0,
      stalls: 0,
      workerId: null,
    });
    expect(world.logger.entries).toMatchObject([
      { level: 'warn', fields: { type: 'report:build' } },
    ]);
  });

  it('is done by a worker that has it, however often others put it back', async () => {
    const { world, work } = await setUp(true);
    const without = world.executor({ invoker: (await setUp(false)).world.invoker });
    const id = await world.record({ month: 5 }, { machineId });
    await without.run(await world.claim(id));
    await world.clock.advance(1_000);

    const outcome = world.executor().run(await world.claim(id));
    await world.pass(() => work.calls.length === 1, 'the call');
    work.answer(0, { pages: 3 });

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(work.calls[0]?.input).toEqual({ month: 5 });
    expect(await world.store.getExecution(id)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"pages":3}',
    });
  });

  it('is ended all the same when that is all that was asked for', async () => {
    const { world } = await setUp(false);
    const id = await world.record({}, { machineId });
    await world.store.requestAbort([id]);

    expect(await world.executor().run(await world.claim(id))).toEqual({ kind: 'ended' });

    expect(await world.statusOf(id)).toBe('ABORTED');
  });

  it('is looked at again by its deadline, and ended then', async () => {
    const { world } = await setUp(false);
    const deadlineAt = world.clock.now() + 400;
    const id = await world.record({}, { machineId, deadlineAt });
    const executor = world.executor();

    const outcome = await executor.run(await world.claim(id));
    await world.clock.advance(400);

    expect(outcome).toEqual({ kind: 'suspended', dueInMs: 400 });
    expect(await executor.run(await world.claim(id))).toEqual({ kind: 'ended' });
    expect(await world.statusOf(id)).toBe('TIMED_OUT');
  });

  it('gets to the worker that has it, in whatever rhythm the others poll', async () => {
    const { world, work } = await setUp(true);
    const bare = (await setUp(false)).world.invoker;
    const without = world.worker({ executor: world.executor({ invoker: bare }) });
    const created = { at: world.clock.now(), id: await world.submit({}, { machineId }) };
    without.start();
    await world.pass(() => world.clock.now() > created.at + 150_000, 'a task of some age');
    await world.pass(async () => (await world.depth()).inFlight === 1, 'another try', 250);
    const served = world.worker();

    await world.clock.advance(5_000);
    served.start();
    await world.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await world.pass(async () => (await world.statusOf(created.id)) === 'SUCCEEDED', 'the end');
    await Promise.all([world.stop(without), world.stop(served)]);
  });

  it('gets to its worker through the queue', async () => {
    const { world, work } = await setUp(true);
    const id = await world.submit({}, { machineId });
    const bare = (await setUp(false)).world.invoker;
    const worker = world.worker({ executor: world.executor({ invoker: bare }) });
    worker.start();
    await world.pass(async () => (await world.depth()).delayed === 1, 'the task put back');
    await world.stop(worker);

    const second = world.worker();
    second.start();
    await world.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    await world.stop(second);
  });
});

describe('the time of a task', () => {
  it('is not held to the five minutes of EXPRESS machines', async () => {
    const { world } = await setUp(true);
    await world.register(taskDefinition('order'), 'order', 'EXPRESS');
    const catalog = new MachineCatalog(world.store);

    expect((await catalog.get(machineId, 1)).timeoutMs).toBe(durationMsMax);
    expect((await catalog.get('order', 1)).timeoutMs).toBe(300_000);
  });
});
