/** The sweeper: losing every message and every worker loses no work, and a backlog is no loss. */
import { describe, expect, it } from 'vitest';
import { memoryBrokerDefaults } from '../../lib/drivers/memory/memory-broker.ts';
import { isEnd } from '../../lib/engine/status.ts';
import { executorDefaults } from '../../lib/roles/executor.ts';
import { sweeperDefaults } from '../../lib/roles/sweeper.ts';
import { newExecutions } from '../contracts/store/store-harness.ts';
import { HeldHandler, oneTask, RoleWorld } from '../support/role-world.ts';
import { until } from '../support/signal.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const waitAnHour = {
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 3_600, End: true } },
};

async function setUp(definition: object = oneTask) {
  const work = new HeldHandler();
  const world = new RoleWorld({ handlers: { work: work.handler } });
  await world.register(definition);
  return { world, work, sweeper: world.sweeper() };
}

async function ready(world: RoleWorld, queue = 'default') {
  const [stats] = await world.broker.stats([queue]);
  return (stats?.ready ?? 0) + (stats?.delayed ?? 0);
}

const allEnded = (world: RoleWorld, ids: readonly string[]) => async () => {
  const records = await Promise.all(ids.map((id) => world.store.getExecution(id)));
  return records.every((record) => record !== null && isEnd(record.status));
};

describe('a sweep', () => {
  it('queues sleepers when they are due, once', async () => {
    const { world, sweeper } = await setUp(waitAnHour);
    const id = await world.record();
    await world.executor().run(await world.claim(id));

    await sweeper.tick();
    expect(await ready(world)).toBe(0);
    await world.clock.advance(3_600_000);
    await sweeper.tick();
    await sweeper.tick();

    expect(await ready(world)).toBe(1);
  });

  it('queues what a dead worker held, counting a stall, and leaves the living alone', async () => {
    const { world, sweeper } = await setUp();
    const orphan = await world.submit();
    const held = await world.submit();
    const request = { queues: ['default'], max: 2, visibilityMs: 60_000, waitMs: 0 };
    await world.broker.receive(request);
    await world.claim(orphan, 'dead', 10_000);
    await world.claim(held, 'alive', 10_000);
    await world.clock.advance(9_000);
    await world.store.heartbeat('alive', 10_000);
    await world.clock.advance(2_000);

    await sweeper.tick();

    expect(await world.broker.peek('default', 10)).toMatchObject([{ id: orphan }]);
    expect(await world.store.getExecution(orphan)).toMatchObject({ stalls: 1, workerId: null });
    expect(await world.store.getExecution(held)).toMatchObject({ stalls: 0, workerId: 'alive' });
  }); // W29

  it('queues what was recorded and never sent', async () => {
    const { world, sweeper } = await setUp();
    const id = world.entropy.uuid();
    const execution = { id, machineId: 'machine', machineVersion: 1, name: 'late', input: '{}' };
    await world.store.createExecutions([{ ...execution, queue: 'default', retriesMax: 0 }], false);

    await sweeper.tick();
    await sweeper.tick();

    expect(await ready(world)).toBe(1);
  });

  it('queues at once all that a broker in memory lost with the process before', async () => {
    const { world, sweeper } = await setUp();
    for (let count = 0; count < 5; count += 1) await world.record();
    await world.store.forgetSent();

    await sweeper.tick();

    expect(await ready(world)).toBe(5);
  });

  it('does not send a long backlog twice, however long it lies', async () => {
    const { world, sweeper } = await setUp();
    for (let count = 0; count < 300; count += 1) await world.submit();

    sweeper.start();
    for (let hours = 0; hours < 12; hours += 1) await world.clock.advance(3_600_000);
    await sweeper.stop();

    expect(await ready(world)).toBe(300);
    expect(world.metrics.counts.get('tasksSwept')).toBeUndefined();
  });

  it('sends nothing while a queue holds more than its rows: copies, or what is not ours', async () => {
    const { world, sweeper } = await setUp();
    const ids: string[] = [];
    for (let count = 0; count < 10; count += 1) ids.push(await world.submit());
    for (const executionId of ids.slice(0, 4)) {
      await world.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    }
    await world.clock.advance(3_600_000);

    await sweeper.tick();

    expect(await ready(world)).toBe(14);
  });

  it('sends a lost backlog again a bounded number at a time', async () => {
    const { world } = await setUp();
    for (let count = 0; count < 250; count += 1) await world.record();
    await world.store.forgetSent();
    const sweeper = world.sweeper({ limit: 100 });

    const sizes: number[] = [];
    for (let ticks = 0; ticks < 4; ticks += 1) {
      const pauseMs = await sweeper.tick();
      sizes.push(await ready(world));
      // A full tick is followed by the next at once, the last by a pause.
      expect(pauseMs === 0).toBe(ticks < 2);
    }

    expect(sizes).toEqual([100, 200, 250, 250]);
  });

  it('asks one question when the one before found nothing, until there is something', async () => {
    const world = new RoleWorld();
    let asked = 0;
    const store = new Proxy(world.store, {
      get: (target, name) => {
        asked += 1;
        return Reflect.get(target, name);
      },
    });
    const sweeper = world.sweeper({ store });
    await sweeper.tick();
    asked = 0;

    expect(await sweeper.tick()).toBe(sweeperDefaults.intervalMs);
    expect(asked).toBe(1);
    const [execution] = newExecutions(1);
    await world.store.createExecutions(execution === undefined ? [] : [execution], false);
    await sweeper.tick();

    expect(await world.depth()).toMatchObject({ ready: 1 });
  });

  it('comes when the next sleeper is due, or after its interval', async () => {
    const { world, sweeper } = await setUp({
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 902, End: true } },
    });
    const id = await world.record();
    await world.executor().run(await world.claim(id));

    expect(await sweeper.tick()).toBe(sweeperDefaults.intervalMs);
    await world.clock.advance(900_000);

    expect(await sweeper.tick()).toBe(2_000);
  });
});

describe('losing every message', () => {
  it('in mid-batch loses no work: everything ends, and nothing runs twice', async () => {
    const calls: string[] = [];
    const world = new RoleWorld({
      handlers: {
        work: (_input: unknown, { execution }) => {
          calls.push(execution.id);
          return 1;
        },
      },
    });
    await world.register(oneTask);
    const ids: string[] = [];
    for (let count = 0; count < 100; count += 1) ids.push(await world.submit());
    const worker = world.worker({ concurrency: 7 });
    const sweeper = world.sweeper();
    worker.start();
    sweeper.start();
    await until(() => calls.length > 20, 'some to run');

    await world.broker.purge('default');
    await world.pass(allEnded(world, ids), 'all to end', 5_000);

    expect(calls).toHaveLength(100);
    expect(new Set(calls).size).toBe(100);
    await Promise.all([worker.stop(), sweeper.stop()]);
  });
});

describe('a thousand sleepers', () => {
  it('hold no slot of five, sleep as rows, and all end when their hour is over', async () => {
    const { world } = await setUp(waitAnHour);
    const ids: string[] = [];
    for (let count = 0; count < 1_000; count += 1) ids.push(await world.submit());
    const worker = world.worker({ concurrency: 5 });
    const sweeper = world.sweeper();
    worker.start();
    sweeper.start();

    await world.pass(async () => (await ready(world)) === 0, 'every task to be taken', 10);
    await worker.stop();
    const asleep = await world.store.listExecutions({ status: 'RUNNING' }, { limit: 1_000 });
    expect(asleep.entries).toHaveLength(1_000);
    expect(asleep.entries.every(({ dueAt }) => dueAt !== null)).toBe(true);
    worker.start();
    await world.clock.advance(3_590_000);
    await world.pass(allEnded(world, ids), 'all to end', 5_000);

    await Promise.all([worker.stop(), sweeper.stop()]);
    const ended = await world.store.listExecutions({ status: 'SUCCEEDED' }, { limit: 1_000 });
    expect(ended.entries).toHaveLength(1_000);
  }); // W27
});

describe('what keeps killing its workers', () => {
  it('ends FAILED in the archive, by its stalls or by the broker’s count, not in a loop', async () => {
    const world = new RoleWorld({ handlers: { work: () => new Promise(() => {}) } });
    await world.register(oneTask);
    const id = await world.submit();
    const sweeper = world.sweeper();

    for (let deaths = 0; deaths < memoryBrokerDefaults.maxReceiveCount; deaths += 1) {
      const [delivery] = await world.broker.receive({
        queues: ['default'],
        max: 1,
        visibilityMs: 30_000,
        waitMs: 0,
      });
      if (delivery === undefined) break;
      const { claimed } = await world.store.claim(`dies-${deaths}`, 30_000, [id]);
      const [execution] = claimed;
      if (execution !== undefined && execution.stalls > executorDefaults.stallsMax) {
        await world.executor().run(execution);
        break;
      }
      await world.clock.advance(31_000);
      await sweeper.tick();
    }

    expect(await world.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.Stalled',
    });
    expect(await world.store.countArchive({ error: 'Millrace.Stalled' })).toBe(1);
  });
});

describe('a sweeper', () => {
  it('starts and stops in any order, and sweeps nothing after a stop', async () => {
    const { world, sweeper } = await setUp();

    await startStopStress(sweeper, () => world.metrics.counts.get('tasksSwept') ?? 0);

    expect(world.clock.pendingTimers).toBe(0);
  });
});
