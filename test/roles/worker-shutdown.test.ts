/** How a worker stops: under load, without a database, in any order with starts. */
import { describe, expect, it } from 'vitest';
import { checkHistory } from '../../lib/engine/invariants.ts';
import {
  emptyQueue,
  HeldHandler,
  oneTask,
  RoleHarness,
  type RoleHarnessOptions,
} from '../support/role-harness.ts';
import { settle, until } from '../support/signal.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

async function setUp(options: RoleHarnessOptions = {}, definition: object = oneTask) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler }, ...options });
  await harness.register(definition);
  return { harness, work };
}

describe('a shutdown', () => {
  it('a shutdown under load loses nothing, completes every write and releases every message', async () => {
    const { harness, work } = await setUp();
    const ids: string[] = [];
    for (let count = 0; count < 60; count += 1) ids.push(await harness.submit());
    const worker = harness.worker({ concurrency: 20, graceMs: 10_000 });
    worker.start();
    await until(() => work.calls.length === 20, 'twenty calls');

    const stopped = harness.stop(worker);
    for (let index = 0; index < 10; index += 1) work.answer(index);
    await settle();
    expect(work.calls[15]?.context.signal.aborted).toBe(false);
    await stopped;

    expect(work.calls[15]?.context.signal.aborted).toBe(true);
    expect(work.calls).toHaveLength(20);
    expect(await harness.depth()).toEqual({ ready: 50, delayed: 0, inFlight: 0 });
    const records = await Promise.all(ids.map((id) => harness.store.getExecution(id)));
    const ended = records.filter((record) => record?.status === 'SUCCEEDED');
    expect(ended).toHaveLength(10);
    for (const record of records) {
      expect(record).toMatchObject({ workerId: null, attempts: 0, stalls: 0 });
    }
  });

  it('an execution can outlive twenty shutdowns', async () => {
    const { harness, work } = await setUp();
    const id = await harness.submit();
    for (let deploys = 1; deploys <= 20; deploys += 1) {
      const worker = harness.worker({ graceMs: 0 });
      worker.start();
      await until(() => work.calls.length === deploys, 'the call');
      await harness.stop(worker);
    }

    const last = harness.worker();
    last.start();
    await until(() => work.calls.length === 21, 'the last call');
    work.answer(20);
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    await harness.stop(last);
    expect(await harness.depth()).toEqual(emptyQueue);
    expect(await harness.broker.stats(['default'])).toMatchObject([{ dead: 0 }]);
  });

  it('another worker finishes what a shutdown released, with complete histories', async () => {
    const { harness, work } = await setUp();
    const ids: string[] = [];
    for (let count = 0; count < 30; count += 1) ids.push(await harness.submit());
    const first = harness.worker({ concurrency: 10, graceMs: 0 });
    first.start();
    await until(() => work.calls.length === 10, 'ten calls');
    await harness.stop(first);

    const second = harness.worker({ concurrency: 30 });
    second.start();
    await until(() => work.calls.length === 40, 'thirty more calls');
    for (let index = 10; index < 40; index += 1) work.answer(index);
    await harness.pass(async () => (await harness.depth()).inFlight === 0, 'all executions to end');
    await second.stop();

    for (const id of ids) {
      expect(await harness.store.getExecution(id)).toMatchObject({
        status: 'SUCCEEDED',
        attempts: 0,
        stalls: 0,
      });
      expect(checkHistory(await harness.readHistory(id))).toEqual([]);
    }
    expect(await harness.depth()).toEqual(emptyQueue);
  });

  it('a shutdown ends although the database does not answer any more', async () => {
    const faults = { gone: false };
    const { harness, work } = await setUp({
      store: (real) => ({
        ...real,
        endLease: async (workerId) => {
          if (faults.gone) throw new Error('database gone');
          return real.endLease(workerId);
        },
      }),
    });
    const worker = harness.worker();
    worker.start();
    await settle();

    faults.gone = true;
    await worker.stop();

    expect(harness.logger.entries.at(-1)).toMatchObject({
      level: 'warn',
      fields: { role: 'worker' },
    });
    faults.gone = false;
    worker.start();
    await harness.submit();
    await until(() => work.calls.length === 1, 'a call after the restart');
    work.answer(0);
    await worker.stop();
  });

  it('a worker can be started and stopped in any order, and leaves no timer behind', async () => {
    const { harness, work } = await setUp({ handlers: { work: () => 1 } });
    for (let count = 0; count < 200; count += 1) await harness.submit();
    const worker = harness.worker({ concurrency: 5 });

    await startStopStress(worker, () => work.calls.length);

    expect(harness.clock.pendingTimers).toBe(0);
    worker.start();
    await harness.pass(async () => {
      const [count] = await harness.store.countRunnable(1_000);
      return count === undefined;
    }, 'all executions to end');
    await worker.stop();
    expect(await harness.depth()).toEqual(emptyQueue);
  });
});
