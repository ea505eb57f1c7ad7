/** The worker: slots, claims, what becomes of deliveries, lost leases, priorities. */
import { describe, expect, it } from 'vitest';
import { isEnd } from '../../lib/engine/status.ts';
import { PriorityPicker } from '../../lib/roles/priority-picker.ts';
import {
  emptyQueue,
  HeldHandler,
  oneTask,
  RoleWorld,
  type RoleWorldOptions,
} from '../support/role-world.ts';
import { settle, until } from '../support/signal.ts';

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

describe('slots', () => {
  it('are as many as the concurrency, and each that is freed takes the next task', async () => {
    const { world, work } = await setUp();
    for (let count = 0; count < 10; count += 1) await world.submit({ count });
    const worker = world.worker({ concurrency: 3 });

    worker.start();
    await until(() => work.calls.length === 3, 'three calls');
    await settle();
    expect(work.calls).toHaveLength(3);
    expect(await world.depth()).toEqual({ ready: 7, delayed: 0, inFlight: 3 });
    work.answer(1);
    await until(() => work.calls.length === 4, 'the fourth call');
    await settle();
    expect(work.calls).toHaveLength(4);

    for (let index = 0; index < 10; index += 1) {
      await until(() => work.calls.length > index, 'a call');
      work.answer(index);
    }
    await worker.stop();
    expect(await world.depth()).toEqual(emptyQueue);
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
    expect(await world.depth()).toEqual(emptyQueue);
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

    expect(await world.depth()).toEqual(emptyQueue);
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
    expect(await world.depth()).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
    expect(work.calls).toEqual([]);
    await world.clock.advance(7_000);

    expect(await world.depth()).toMatchObject({ ready: 1 });
  });

  it('is put back only when no extension is under way, which would undo its delay', async () => {
    const told: string[] = [];
    const claim = Promise.withResolvers<void>();
    const extension = Promise.withResolvers<void>();
    const { world } = await setUp({
      store: (real) => ({
        ...real,
        claim: async (workerId, ...asked) => {
          if (workerId !== 'another') await claim.promise;
          return real.claim(workerId, ...asked);
        },
      }),
      broker: (real) => {
        const { extend, release } = real;
        return Object.assign(real, {
          extend: async (...asked: Parameters<typeof extend>) => {
            told.push('extend');
            await extension.promise;
            return extend.apply(real, asked);
          },
          release: (...asked: Parameters<typeof release>) => {
            told.push('release');
            return release.apply(real, asked);
          },
        });
      },
    });
    await world.claim(await world.submit(), 'another', 600_000);
    const worker = world.worker({ leaseMs: 30_000 });

    worker.start();
    await settle();
    await world.clock.advance(10_000);
    await until(() => told.length > 0, 'an extension while the claim is under way');
    claim.resolve();
    for (let turn = 0; turn < 50; turn += 1) await settle();
    expect(told).toEqual(['extend']);
    extension.resolve();
    await until(() => told.length > 1, 'the release');
    expect(told).toEqual(['extend', 'release']);
    await worker.stop();
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

    expect(await world.depth()).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
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
    expect(await world.depth()).toEqual(emptyQueue);
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

describe('the list of workers', () => {
  it('has a worker that says what it is, with what it runs, until it stops', async () => {
    const { world, work } = await setUp();
    await world.submit();
    const worker = world.worker({ about: () => '{"role":"worker"}' });
    worker.start();
    await until(() => work.calls.length === 1, 'the call');

    expect(await world.store.listWorkers()).toMatchObject([
      { workerId: worker.id, about: '{"role":"worker"}', alive: true, running: 1 },
    ]);
    work.answer(0);
    await world.stop(worker);
    expect(await world.store.listWorkers()).toEqual([]);
  });
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
