/** Runs without a queue: sleeps are waited out, and unfinished executions stay in the store. */
import { describe, expect, it } from 'vitest';
import { LocalRunner } from '../../lib/roles/local-runner.ts';
import { HeldHandler, oneTask, RoleHarness } from '../support/role-harness.ts';
import { until } from '../support/signal.ts';

async function setUp(definition: object = oneTask) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler } });
  await harness.register(definition);
  const runner = () => new LocalRunner({ ...harness, executor: harness.executor() });
  return { harness, work, runner };
}

/** Records whether a promise has been resolved. */
function watch(promise: Promise<void>) {
  const seen = { done: false };
  const ended = promise.then(() => {
    seen.done = true;
  });
  return { seen, ended };
}

describe('LocalRunner', () => {
  it('a local run waits out a Wait of an hour and continues', async () => {
    const { harness, work, runner } = await setUp({
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 3_600, Next: 'Work' }, ...oneTask.States },
    });
    const id = await harness.record();
    const local = runner();
    local.start();

    const { seen, ended } = watch(local.runToEnd(id));
    const began = harness.clock.now();
    await harness.pass(() => work.calls.length === 1, 'the call', 60_000);
    expect(harness.clock.now() - began).toBeGreaterThanOrEqual(3_600_000);
    expect(harness.clock.now() - began).toBeLessThanOrEqual(3_660_000);
    work.answer(0, 'done');
    await harness.pass(() => seen.done, 'the end');

    await ended;
    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
    await local.stop();
  });

  it('a local run resolves for an execution that has ended, and for one that another worker ends', async () => {
    const { harness, work, runner } = await setUp();
    const id = await harness.record();
    const elsewhere = harness.executor().run(await harness.claim(id, 'another'));
    await until(() => work.calls.length === 1, 'the call');
    const local = runner();
    local.start();

    const { seen } = watch(local.runToEnd(id));
    await harness.clock.advance(2_000);
    expect(seen.done).toBe(false);
    work.answer(0);
    await elsewhere;
    await harness.pass(() => seen.done, 'the end');
    await local.runToEnd(id);

    expect(work.calls).toHaveLength(1);
    await local.stop();
  });

  it('a local run of an unknown execution is refused', async () => {
    const { harness, runner } = await setUp();
    const local = runner();
    local.start();

    await expect(local.runToEnd(harness.entropy.uuid())).rejects.toMatchObject({
      code: 'UNKNOWN_EXECUTION',
    });

    await local.stop();
  });

  it('a local run that is stopped rejects with STOPPED and leaves the execution to another', async () => {
    const { harness, work, runner } = await setUp();
    const id = await harness.record();
    const local = runner();
    local.start();
    const run = local.runToEnd(id);
    const refused = expect(run).rejects.toMatchObject({ code: 'STOPPED' });
    await until(() => work.calls.length === 1, 'the call');

    await local.stop();

    await refused;
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'RUNNING',
      workerId: null,
      attempts: 0,
      stalls: 0,
    });
    expect(harness.clock.pendingTimers).toBe(0);
    const again = runner();
    again.start();
    const { seen } = watch(again.runToEnd(id));
    await until(() => work.calls.length === 2, 'the call to be made again');
    work.answer(1);
    await harness.pass(() => seen.done, 'the end');
    await again.stop();
  });

  it('a local run ends ABORTED when its abort is requested', async () => {
    const { harness, work, runner } = await setUp();
    const id = await harness.record();
    const local = runner();
    local.start();
    const { seen } = watch(local.runToEnd(id));
    await until(() => work.calls.length === 1, 'the call');

    await harness.store.requestAbort([id]);
    await harness.pass(() => seen.done, 'the end', 1_000);

    expect(await harness.readStatus(id)).toBe('ABORTED');
    await local.stop();
  });

  it('a local runner keeps its executions by heartbeats, and can be started again', async () => {
    const { harness, work, runner } = await setUp();
    const local = runner();
    local.start();
    await local.stop();
    local.start();
    const id = await harness.record();
    const { seen } = watch(local.runToEnd(id));
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(600_000);
    expect(await harness.store.recoverOrphans(10)).toEqual([]);
    work.answer(0);
    await harness.pass(() => seen.done, 'the end');

    expect(await harness.store.getExecution(id)).toMatchObject({ status: 'SUCCEEDED', stalls: 0 });
    await local.stop();
  });
});
