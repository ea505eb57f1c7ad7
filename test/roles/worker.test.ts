/** The worker: slots, claims, what becomes of deliveries, lost leases, and shutdown under load. */
import { describe, expect, it } from 'vitest';
import { checkHistory } from '../../lib/engine/invariants.ts';
import { isEnd } from '../../lib/engine/status.ts';
import { PriorityPicker } from '../../lib/roles/priority-picker.ts';
import { HeldHandler, oneTask, RoleWorld, type RoleWorldOptions } from '../support/role-world.ts';
import { settle, until } from '../support/signal.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

async function setUp(options: RoleWorldOptions = {}, definition: object = oneTask) {
  const work = new HeldHandler();
  const world = new RoleWorld({ handlers: { work: work.handler }, ...options });
  await world.register(definition);
  return { world, work };
}

/** Claims as the store saw them: how many ids each asked for. */
function countingClaims() {
  const claims: number[] = [];
  const store: RoleWorldOptions['store'] = (real) => ({
    ...real,
    claim: (workerId, leaseMs, ids) => {
      claims.push(ids.length);
      return real.claim(workerId, leaseMs, ids);
    },
  });
  return { claims, store };
}

async function inFlight(world: RoleWorld) {
  const [stats] = await world.broker.stats(['default']);
  return { ready: stats?.ready, delayed: stats?.delayed, inFlight: stats?.inFlight };
}

const nothing = { ready: 0, delayed: 0, inFlight: 0 };

describe('slots', () => {
  it('are as many as the concurrency, and each that is freed takes the next task', async () => {
    const { world, work } = await setUp();
    for (let count = 0; count < 10; count += 1) await world.submit({ count });
    const worker = world.worker({ concurrency: 3 });

    worker.start();
    await until(() => work.calls.length === 3, 'three calls');
    await settle();
    expect(work.calls).toHaveLength(3);
    expect(await inFlight(world)).toEqual({ ready: 7, delayed: 0, inFlight: 3 });
    work.answer(1);
    await until(() => work.calls.length === 4, 'the fourth call');
    await settle();
    expect(work.calls).toHaveLength(4);

    for (let index = 0; index < 10; index += 1) {
      await until(() => work.calls.length > index, 'a call');
      work.answer(index);
    }
    await worker.stop();
    expect(await inFlight(world)).toEqual(nothing);
  });

  it('may be more than a broker gives in one call', async () => {
    const { world, work } = await setUp();
    await world.submit();
    const worker = world.worker({ concurrency: 5_000 });

    worker.start();
    await until(() => work.calls.length === 1, 'the call');

    expect(world.logger.entries).toEqual([]);
    work.answer(0);
    await worker.stop();
  });

  it('are claimed together: one statement for all that one receive gave', async () => {
    const { claims, store } = countingClaims();
    const { world, work } = await setUp({ store });
    for (let count = 0; count < 50; count += 1) await world.submit();
    const worker = world.worker({ concurrency: 50 });

    worker.start();
    await until(() => work.calls.length === 50, 'all calls');

    expect(claims).toEqual([50]); // W55
    for (let index = 0; index < 50; index += 1) work.answer(index);
    await worker.stop();
  });
});

describe('a delivery', () => {
  it('that comes twice runs once, and both copies are acknowledged', async () => {
    const { world, work } = await setUp();
    const id = await world.submit();
    await world.dispatcher.dispatch([{ executionId: id, queue: 'default', batchId: null }]);
    const worker = world.worker();

    worker.start();
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await world.pass(async () => isEnd((await world.statusOf(id)) as 'PENDING'), 'the end');
    await worker.stop();

    expect(work.calls).toHaveLength(1);
    expect(await inFlight(world)).toEqual(nothing);
  });

  it('of an execution that has ended, or that nobody knows, is acknowledged', async () => {
    const { world, work } = await setUp({ handlers: { work: () => 1 } });
    const id = await world.record();
    await world.executor().run(await world.claim(id));
    const missing = world.entropy.uuid();
    for (const executionId of [id, missing]) {
      await world.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    }
    const worker = world.worker();

    await worker.tick(new AbortController().signal);
    await settle();

    expect(await inFlight(world)).toEqual(nothing);
    expect(work.calls).toEqual([]);
    expect((await world.typesOf(id)).filter((type) => type === 'ExecutionStarted')).toHaveLength(1);
  }); // W02

  it('of an execution that another worker holds comes again when that lease would be over', async () => {
    const { world, work } = await setUp();
    const id = await world.submit();
    await world.claim(id, 'another', 7_000);
    const worker = world.worker();

    await worker.tick(new AbortController().signal);
    await settle();
    expect(await inFlight(world)).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
    expect(work.calls).toEqual([]);
    await world.clock.advance(7_000);

    expect(await inFlight(world)).toMatchObject({ ready: 1 });
  });

  it('of a sleeper comes again when it is due, unless the sweep sends a task of its own then', async () => {
    const wait = (Seconds: number) => ({
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds, Next: 'Work' }, ...oneTask.States },
    });
    const { world } = await setUp({}, wait(60));
    await world.register(wait(3_600), 'long');
    const short = await world.record();
    const long = await world.record({}, { machineId: 'long' });
    const executor = world.executor();
    for (const id of [short, long]) await executor.run(await world.claim(id));
    const worker = world.worker();

    for (const executionId of [short, long]) {
      await world.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    }
    await worker.tick(new AbortController().signal);
    await settle();

    expect(await inFlight(world)).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
    await world.clock.advance(60_000);
    const [again] = await world.broker.peek('default', 10);
    expect(again?.id).toBe(short);
  });

  it('that is no task of ours goes to the dead letters with its body', async () => {
    const { world } = await setUp();
    for (const body of ['{"type":"email"}', '"text"', '{"type":"execution"}', 'null']) {
      await world.broker.send('default', [{ id: 'foreign', body }]);
    }

    await world.worker().tick(new AbortController().signal);

    const letters = await world.broker.receiveDead('default', 10, 1_000);
    expect(letters).toHaveLength(4);
    expect(letters[0]).toMatchObject({
      body: '{"type":"email"}',
      reason: 'not a task that this version knows',
    });
    expect(await inFlight(world)).toEqual(nothing);
  });

  it('goes back to its queue at no cost when the claim fails', async () => {
    const faults = { claims: 1 };
    const { world, work } = await setUp({
      store: (real) => ({
        ...real,
        claim: async (...asked) => {
          faults.claims -= 1;
          if (faults.claims >= 0) throw new Error('database gone');
          return real.claim(...asked);
        },
      }),
    });
    const id = await world.submit();
    const worker = world.worker();

    worker.start();
    await world.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    await worker.stop();

    expect(await world.store.getExecution(id)).toMatchObject({ attempts: 0, stalls: 0 });
  });
});

describe('a lost lease', () => {
  it('makes a worker abandon what it runs and go on under another id', async () => {
    const faults = { heartbeats: false };
    const { world, work } = await setUp({
      store: (real) => ({
        ...real,
        heartbeat: async (...asked) => {
          if (faults.heartbeats) throw new Error('cut off');
          return real.heartbeat(...asked);
        },
      }),
    });
    const id = await world.submit();
    const worker = world.worker({ leaseMs: 9_000 });
    worker.start();
    await until(() => work.calls.length === 1, 'the call');
    const before = worker.id;

    faults.heartbeats = true;
    await world.pass(() => worker.id !== before, 'a new id', 1_000);
    faults.heartbeats = false;

    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    const calls = work.calls.length;
    await world.pass(() => work.calls.length > calls, 'the call to be made again');
    const keys = work.calls.map(({ context }) => context.idempotencyKey);
    expect(new Set(keys).size).toBe(1);
    work.answer(calls);
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    await worker.stop();
  });

  it('never comes to a worker that beats, however long its executions run', async () => {
    const { world, work } = await setUp();
    const id = await world.submit();
    const busy = world.worker({ leaseMs: 9_000 });
    const other = world.worker({ leaseMs: 9_000 });
    const sweeper = world.sweeper();
    busy.start();
    await until(() => work.calls.length === 1, 'the call');
    other.start();
    sweeper.start();

    for (let minutes = 0; minutes < 30; minutes += 1) await world.clock.advance(60_000);

    expect(work.calls).toHaveLength(1);
    expect(await world.store.getExecution(id)).toMatchObject({ stalls: 0, workerId: busy.id });
    work.answer(0);
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    await Promise.all([busy.stop(), other.stop(), sweeper.stop()]);
  }); // W29
});

describe('a shutdown', () => {
  it('under load loses nothing, writes nothing by halves and gives every message back', async () => {
    const { world, work } = await setUp();
    const ids: string[] = [];
    for (let count = 0; count < 60; count += 1) ids.push(await world.submit());
    const worker = world.worker({ concurrency: 20, graceMs: 10_000 });
    worker.start();
    await until(() => work.calls.length === 20, 'twenty calls');

    const stopped = world.stop(worker);
    for (let index = 0; index < 10; index += 1) work.answer(index);
    await settle();
    expect(work.calls[15]?.context.signal.aborted).toBe(false);
    await stopped;

    expect(work.calls[15]?.context.signal.aborted).toBe(true);
    expect(work.calls).toHaveLength(20);
    expect(await inFlight(world)).toEqual({ ready: 50, delayed: 0, inFlight: 0 });
    const records = await Promise.all(ids.map((id) => world.store.getExecution(id)));
    const ended = records.filter((record) => record?.status === 'SUCCEEDED');
    expect(ended).toHaveLength(10);
    for (const record of records) {
      expect(record).toMatchObject({ workerId: null, attempts: 0, stalls: 0 });
    }
  }); // W28

  it('costs nothing: another worker ends the rest, every history whole', async () => {
    const { world, work } = await setUp();
    const ids: string[] = [];
    for (let count = 0; count < 30; count += 1) ids.push(await world.submit());
    const first = world.worker({ concurrency: 10, graceMs: 0 });
    first.start();
    await until(() => work.calls.length === 10, 'ten calls');
    await world.stop(first);

    const second = world.worker({ concurrency: 30 });
    second.start();
    await until(() => work.calls.length === 40, 'thirty calls more');
    for (let index = 10; index < 40; index += 1) work.answer(index);
    await world.pass(async () => (await inFlight(world)).inFlight === 0, 'all to end');
    await second.stop();

    for (const id of ids) {
      expect(await world.store.getExecution(id)).toMatchObject({
        status: 'SUCCEEDED',
        attempts: 0,
        stalls: 0,
      });
      expect(checkHistory(await world.historyOf(id))).toEqual([]);
    }
    expect(await inFlight(world)).toEqual(nothing);
  }); // W02, W28

  it('ends although the database does not answer any more', async () => {
    const faults = { gone: false };
    const { world, work } = await setUp({
      store: (real) => ({
        ...real,
        endLease: async (workerId) => {
          if (faults.gone) throw new Error('database gone');
          return real.endLease(workerId);
        },
      }),
    });
    const worker = world.worker();
    worker.start();
    await settle();

    faults.gone = true;
    await worker.stop();

    expect(world.logger.entries.at(-1)).toMatchObject({
      level: 'warn',
      fields: { role: 'worker' },
    });
    faults.gone = false;
    worker.start();
    await world.submit();
    await until(() => work.calls.length === 1, 'a call after the restart');
    work.answer(0);
    await worker.stop();
  });

  it('is safe in any order with starts, and leaves no timer behind', async () => {
    const { world, work } = await setUp({ handlers: { work: () => 1 } });
    for (let count = 0; count < 200; count += 1) await world.submit();
    const worker = world.worker({ concurrency: 5 });

    await startStopStress(worker, () => work.calls.length);

    expect(world.clock.pendingTimers).toBe(0);
    worker.start();
    await world.pass(async () => {
      const [count] = await world.store.countRunnable(1_000);
      return count === undefined;
    }, 'all to end');
    await worker.stop();
    expect(await inFlight(world)).toEqual(nothing);
  }); // W30
});

describe('priorities', () => {
  it('are served in their shares while every queue has work', async () => {
    const { world } = await setUp({ handlers: { work: () => 1 } });
    for (const queue of ['critical', 'default', 'low']) {
      for (let count = 0; count < 600; count += 1) await world.submit({}, { queue });
    }
    const worker = world.worker({ concurrency: 1 });
    const signal = new AbortController().signal;

    for (let ticks = 0; ticks < 500; ticks += 1) {
      await worker.tick(signal);
      await settle();
    }

    const left = await world.broker.stats(['critical', 'default', 'low']);
    const served = left.map(({ ready }) => 600 - ready);
    expect(served[0]).toBeGreaterThan(250);
    expect(served[1]).toBeGreaterThan(105);
    expect(served[2]).toBeGreaterThan(25);
    expect(served.reduce((sum, count) => sum + count, 0)).toBe(500);
  });

  it('that are strict serve the heaviest queue until it is empty', async () => {
    const { world } = await setUp({ handlers: { work: () => 1 } });
    for (const queue of ['low', 'critical']) {
      for (let count = 0; count < 20; count += 1) await world.submit({}, { queue });
    }
    const picker = new PriorityPicker({ strict: true, random: () => 0.99 });
    const worker = world.worker({ concurrency: 1, picker });
    const signal = new AbortController().signal;

    for (let ticks = 0; ticks < 20; ticks += 1) {
      await worker.tick(signal);
      await settle();
    }

    const [critical, low] = await world.broker.stats(['critical', 'low']);
    expect([critical?.ready, low?.ready]).toEqual([0, 20]);
  });
});

describe('logs', () => {
  it('hold ids and numbers, never what executions carry', async () => {
    const secret = 'hunter2';
    const { world } = await setUp({
      handlers: {
        work: (input: { password: string }) => {
          throw new Error(`bad ${input.password}`);
        },
      },
    });
    const id = await world.submit({ password: secret });
    const unknown = await world.submit({ password: secret }, { machineVersion: 3 });
    const worker = world.worker();
    worker.start();
    await world.pass(async () => (await world.statusOf(id)) === 'FAILED', 'the end');
    await worker.stop();

    expect(world.logger.entries.map(({ fields }) => fields.executionId)).toContain(unknown);
    expect(JSON.stringify(world.logger.entries)).not.toContain(secret);
  });
});
