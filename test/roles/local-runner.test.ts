/** Runs without a queue: sleeps are waited out, and what cannot end here stays in the store. */
import { describe, expect, it } from 'vitest';
import { LocalRunner } from '../../lib/roles/local-runner.ts';
import { HeldHandler, oneTask, RoleWorld } from '../support/role-world.ts';
import { until } from '../support/signal.ts';

async function setUp(definition: object = oneTask) {
  const work = new HeldHandler();
  const world = new RoleWorld({ handlers: { work: work.handler } });
  await world.register(definition);
  const runner = () => new LocalRunner({ ...world, executor: world.executor() });
  return { world, work, runner };
}

/** Whether a promise has been kept. */
function watched(promise: Promise<void>) {
  const seen = { done: false };
  const ended = promise.then(() => {
    seen.done = true;
  });
  return { seen, ended };
}

describe('a local run', () => {
  it('waits an hour’s Wait out and goes on', async () => {
    const { world, work, runner } = await setUp({
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 3_600, Next: 'Work' }, ...oneTask.States },
    });
    const id = await world.record();
    const local = runner();
    local.start();

    const { seen, ended } = watched(local.runToEnd(id));
    const began = world.clock.now();
    await world.pass(() => work.calls.length === 1, 'the call', 60_000);
    expect(world.clock.now() - began).toBeGreaterThanOrEqual(3_600_000);
    expect(world.clock.now() - began).toBeLessThanOrEqual(3_660_000);
    work.answer(0, 'done');
    await world.pass(() => seen.done, 'the end');

    await ended;
    expect(await world.statusOf(id)).toBe('SUCCEEDED');
    await local.stop();
  });

  it('answers for an execution that has ended already, and for one that another ends', async () => {
    const { world, work, runner } = await setUp();
    const id = await world.record();
    const elsewhere = world.executor().run(await world.claim(id, 'another'));
    await until(() => work.calls.length === 1, 'the call');
    const local = runner();
    local.start();

    const { seen } = watched(local.runToEnd(id));
    await world.clock.advance(2_000);
    expect(seen.done).toBe(false);
    work.answer(0);
    await elsewhere;
    await world.pass(() => seen.done, 'the end');
    await local.runToEnd(id);

    expect(work.calls).toHaveLength(1);
    await local.stop();
  });

  it('of an execution that nobody recorded is refused', async () => {
    const { world, runner } = await setUp();
    const local = runner();
    local.start();

    await expect(local.runToEnd(world.entropy.uuid())).rejects.toMatchObject({
      code: 'UNKNOWN_EXECUTION',
    });

    await local.stop();
  });

  it('that is stopped rejects with STOPPED and leaves the execution to whoever comes next', async () => {
    const { world, work, runner } = await setUp();
    const id = await world.record();
    const local = runner();
    local.start();
    const run = local.runToEnd(id);
    const refused = expect(run).rejects.toMatchObject({ code: 'STOPPED' });
    await until(() => work.calls.length === 1, 'the call');

    await local.stop();

    await refused;
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    expect(await world.store.getExecution(id)).toMatchObject({
      status: 'RUNNING',
      workerId: null,
      attempts: 0,
      stalls: 0,
    });
    expect(world.clock.pendingTimers).toBe(0);
    const again = runner();
    again.start();
    const { seen } = watched(again.runToEnd(id));
    await until(() => work.calls.length === 2, 'the call to be made again');
    work.answer(1);
    await world.pass(() => seen.done, 'the end');
    await again.stop();
  });

  it('ends ABORTED when a person asks for it', async () => {
    const { world, work, runner } = await setUp();
    const id = await world.record();
    const local = runner();
    local.start();
    const { seen } = watched(local.runToEnd(id));
    await until(() => work.calls.length === 1, 'the call');

    await world.store.requestAbort([id]);
    await world.pass(() => seen.done, 'the end', 1_000);

    expect(await world.statusOf(id)).toBe('ABORTED');
    await local.stop();
  });

  it('keeps its executions its own by a heartbeat, and can be started again', async () => {
    const { world, work, runner } = await setUp();
    const local = runner();
    local.start();
    await local.stop();
    local.start();
    const id = await world.record();
    const { seen } = watched(local.runToEnd(id));
    await until(() => work.calls.length === 1, 'the call');

    await world.clock.advance(600_000);
    expect(await world.store.recoverOrphans(10)).toEqual([]);
    work.answer(0);
    await world.pass(() => seen.done, 'the end');

    expect(await world.store.getExecution(id)).toMatchObject({ status: 'SUCCEEDED', stalls: 0 });
    await local.stop();
  }); // W29
});
