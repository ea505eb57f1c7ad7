/** The sweeper: losing messages or workers loses no work, and a backlog is not a loss. */
import { describe, expect, it } from 'vitest';
import { memoryBrokerDefaults } from '../../lib/drivers/memory/memory-broker.ts';
import { isEnd } from '../../lib/engine/status.ts';
import { runFactoryDefaults } from '../../lib/roles/execution/run-factory.ts';
import { sweeperDefaults } from '../../lib/roles/sweeper.ts';
import { newExecutions } from '../contracts/store/store-harness.ts';
import { HeldHandler, oneTask, RoleHarness } from '../support/role-harness.ts';
import { until } from '../support/signal.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const waitAnHour = {
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 3_600, End: true } },
};

async function setUp(definition: object = oneTask) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler } });
  await harness.register(definition);
  return { harness, work, sweeper: harness.sweeper() };
}

async function ready(harness: RoleHarness, queue = 'default') {
  const [stats] = await harness.broker.stats([queue]);
  return (stats?.ready ?? 0) + (stats?.delayed ?? 0);
}

const allEnded = (harness: RoleHarness, ids: readonly string[]) => async () => {
  const records = await Promise.all(ids.map((id) => harness.store.getExecution(id)));
  return records.every((record) => record !== null && isEnd(record.status));
};

describe('a sweep', () => {
  it('a sleeping execution is queued once when it is due', async () => {
    const { harness, sweeper } = await setUp(waitAnHour);
    const id = await harness.record();
    await harness.executor().run(await harness.claim(id));

    await sweeper.tick();
    expect(await ready(harness)).toBe(0);
    await harness.clock.advance(3_600_000);
    await sweeper.tick();
    await sweeper.tick();

    expect(await ready(harness)).toBe(1);
  });

  it('an execution of a dead worker is queued with a stall, and one of a live worker is left alone', async () => {
    const { harness, sweeper } = await setUp();
    const orphan = await harness.submit();
    const held = await harness.submit();
    const request = { queues: ['default'], max: 2, visibilityMs: 60_000, waitMs: 0 };
    await harness.broker.receive(request);
    await harness.claim(orphan, 'dead', 10_000);
    await harness.claim(held, 'alive', 10_000);
    await harness.clock.advance(9_000);
    await harness.store.heartbeat('alive', 60_000);
    await harness.clock.advance(15_000);
    await sweeper.tick();
    expect(await harness.store.getExecution(orphan)).toMatchObject({ workerId: 'dead' });
    await harness.clock.advance(1_000);

    await sweeper.tick();

    expect(await harness.broker.peek('default', 10)).toMatchObject([{ id: orphan }]);
    expect(await harness.store.getExecution(orphan)).toMatchObject({ stalls: 1, workerId: null });
    expect(await harness.store.getExecution(held)).toMatchObject({ stalls: 0, workerId: 'alive' });
  });

  it('an execution whose task was never sent is queued', async () => {
    const { harness, sweeper } = await setUp();
    const id = harness.entropy.uuid();
    const execution = { id, machineId: 'machine', machineVersion: 1, name: 'late', input: '{}' };
    await harness.store.createExecutions(
      [{ ...execution, queue: 'default', retriesMax: 0 }],
      false,
    );

    await sweeper.tick();
    await sweeper.tick();

    expect(await ready(harness)).toBe(1);
  });

  it('everything that a broker in memory lost with its process is queued at once', async () => {
    const { harness, sweeper } = await setUp();
    for (let count = 0; count < 5; count += 1) await harness.record();
    await harness.store.markAllUnsent();

    await sweeper.tick();

    expect(await ready(harness)).toBe(5);
  });

  it('a long backlog is not sent twice, however long it waits', async () => {
    const { harness, sweeper } = await setUp();
    for (let count = 0; count < 300; count += 1) await harness.submit();

    sweeper.start();
    for (let hours = 0; hours < 12; hours += 1) await harness.clock.advance(3_600_000);
    await sweeper.stop();

    expect(await ready(harness)).toBe(300);
    expect(harness.metrics.counts.get('tasksSwept')).toBeUndefined();
  });

  it('nothing is sent while a queue holds more messages than it has rows', async () => {
    const { harness, sweeper } = await setUp();
    const ids: string[] = [];
    for (let count = 0; count < 10; count += 1) ids.push(await harness.submit());
    for (const executionId of ids.slice(0, 4)) {
      await harness.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    }
    await harness.clock.advance(3_600_000);

    await sweeper.tick();

    expect(await ready(harness)).toBe(14);
  });

  it('a lost backlog is sent again in steps of a limited number', async () => {
    const { harness } = await setUp();
    for (let count = 0; count < 250; count += 1) await harness.record();
    await harness.store.markAllUnsent();
    const sweeper = harness.sweeper({ limit: 100 });

    const sizes: number[] = [];
    for (let ticks = 0; ticks < 4; ticks += 1) {
      const pauseMs = await sweeper.tick();
      sizes.push(await ready(harness));
      // A tick that reached the limit is followed by the next at once, the last by a pause.
      expect(pauseMs === 0).toBe(ticks < 2);
    }

    expect(sizes).toEqual([100, 200, 250, 250]);
  });

  it('a sweep after one that found nothing is a single query until there is work', async () => {
    const harness = new RoleHarness();
    let queries = 0;
    const store = new Proxy(harness.store, {
      get: (target, name) => {
        queries += 1;
        return Reflect.get(target, name);
      },
    });
    const sweeper = harness.sweeper({ store });
    await sweeper.tick();
    queries = 0;

    expect(await sweeper.tick()).toBe(sweeperDefaults.intervalMs);
    expect(queries).toBe(1);
    const [execution] = newExecutions(1);
    await harness.store.createExecutions(execution === undefined ? [] : [execution], false);
    await sweeper.tick();

    expect(await harness.depth()).toMatchObject({ ready: 1 });
  });

  it('the next sweep comes when an execution is due, or after the interval', async () => {
    const { harness, sweeper } = await setUp({
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 902, End: true } },
    });
    const id = await harness.record();
    await harness.executor().run(await harness.claim(id));

    expect(await sweeper.tick()).toBe(sweeperDefaults.intervalMs);
    await harness.clock.advance(900_000);

    expect(await sweeper.tick()).toBe(2_000);
  });
});

describe('losing every message', () => {
  it('the loss of every message loses no work: everything ends, and nothing runs twice', async () => {
    const calls: string[] = [];
    const harness = new RoleHarness({
      handlers: {
        work: (_input: unknown, { execution }) => {
          calls.push(execution.id);
          return 1;
        },
      },
    });
    await harness.register(oneTask);
    const ids: string[] = [];
    for (let count = 0; count < 100; count += 1) ids.push(await harness.submit());
    const worker = harness.worker({ concurrency: 7 });
    const sweeper = harness.sweeper();
    worker.start();
    sweeper.start();
    await until(() => calls.length > 20, 'some to run');

    await harness.broker.purge('default');
    await harness.pass(allEnded(harness, ids), 'all to end', 5_000);

    expect(calls).toHaveLength(100);
    expect(new Set(calls).size).toBe(100);
    await Promise.all([worker.stop(), sweeper.stop()]);
  });
});

describe('many sleeping executions', () => {
  it('a thousand sleeping executions take no worker slot, and all end when they are due', async () => {
    const { harness } = await setUp(waitAnHour);
    const ids: string[] = [];
    for (let count = 0; count < 1_000; count += 1) ids.push(await harness.submit());
    const worker = harness.worker({ concurrency: 5 });
    const sweeper = harness.sweeper();
    worker.start();
    sweeper.start();

    await harness.pass(async () => (await ready(harness)) === 0, 'every task to be taken', 10);
    await worker.stop();
    const asleep = await harness.store.listExecutions({ status: 'RUNNING' }, { limit: 1_000 });
    expect(asleep.entries).toHaveLength(1_000);
    expect(asleep.entries.every(({ dueAt }) => dueAt !== null)).toBe(true);
    worker.start();
    await harness.clock.advance(3_590_000);
    await harness.pass(allEnded(harness, ids), 'all to end', 5_000);

    await Promise.all([worker.stop(), sweeper.stop()]);
    const ended = await harness.store.listExecutions({ status: 'SUCCEEDED' }, { limit: 1_000 });
    expect(ended.entries).toHaveLength(1_000);
  });
});

describe('an execution that crashes its workers', () => {
  it('an execution that crashes its workers ends FAILED in the archive instead of in a loop', async () => {
    const harness = new RoleHarness({ handlers: { work: () => new Promise(() => {}) } });
    await harness.register(oneTask);
    const id = await harness.submit();
    const sweeper = harness.sweeper();

    for (let deaths = 0; deaths < memoryBrokerDefaults.maxReceiveCount; deaths += 1) {
      const [delivery] = await harness.broker.receive({
        queues: ['default'],
        max: 1,
        visibilityMs: 30_000,
        waitMs: 0,
      });
      if (delivery === undefined) break;
      const { claimed } = await harness.store.claim(`dies-${deaths}`, 30_000, [id], {
        alone: true,
      });
      const [execution] = claimed;
      if (execution !== undefined && execution.stalls > runFactoryDefaults.stallsMax) {
        await harness.executor().run(execution);
        break;
      }
      await harness.clock.advance(31_000);
      await sweeper.tick();
    }

    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.Stalled',
    });
    expect(await harness.store.countArchive({ error: 'Millrace.Stalled' })).toBe(1);
  });
});

describe('a sweeper', () => {
  it('a sweeper that is started and stopped in any order sweeps nothing after a stop', async () => {
    const { harness, sweeper } = await setUp();

    await startStopStress(sweeper, () => harness.metrics.counts.get('tasksSwept') ?? 0);

    expect(harness.clock.pendingTimers).toBe(0);
  });
});
