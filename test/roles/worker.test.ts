/** The worker: slots, claims, settled deliveries, lost leases, priorities. */
import { describe, expect, it } from 'vitest';
import { isEnd } from '../../lib/engine/status.ts';
import { PriorityPicker } from '../../lib/roles/delivery/priority-picker.ts';
import {
  emptyQueue,
  HeldHandler,
  oneTask,
  RoleHarness,
  type RoleHarnessOptions,
} from '../support/role-harness.ts';
import { settle, until } from '../support/signal.ts';

async function setUp(options: RoleHarnessOptions = {}, definition: object = oneTask) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler }, ...options });
  await harness.register(definition);
  return { harness, work };
}

/** Records the number of ids in each claim. */
function recordClaims() {
  const claims: number[] = [];
  const store: RoleHarnessOptions['store'] = (real) => ({
    ...real,
    claim: (workerId, leaseMs, ids) => {
      claims.push(ids.length);
      return real.claim(workerId, leaseMs, ids);
    },
  });
  return { claims, store };
}

describe('slots', () => {
  it('a worker runs as many executions as its concurrency, and a free slot takes the next task', async () => {
    const { harness, work } = await setUp();
    for (let count = 0; count < 10; count += 1) await harness.submit({ count });
    const worker = harness.worker({ concurrency: 3 });

    worker.start();
    await until(() => work.calls.length === 3, 'three calls');
    await settle();
    expect(work.calls).toHaveLength(3);
    expect(await harness.depth()).toEqual({ ready: 7, delayed: 0, inFlight: 3 });
    work.answer(1);
    await until(() => work.calls.length === 4, 'the fourth call');
    await settle();
    expect(work.calls).toHaveLength(4);

    for (let index = 0; index < 10; index += 1) {
      await until(() => work.calls.length > index, 'a call');
      work.answer(index);
    }
    await worker.stop();
    expect(await harness.depth()).toEqual(emptyQueue);
  });

  it('the concurrency may be larger than one receive call allows', async () => {
    const { harness, work } = await setUp();
    await harness.submit();
    const worker = harness.worker({ concurrency: 5_000 });

    worker.start();
    await until(() => work.calls.length === 1, 'the call');

    expect(harness.logger.entries).toEqual([]);
    work.answer(0);
    await worker.stop();
  });

  it('all tasks of one receive call are claimed in one statement', async () => {
    const { claims, store } = recordClaims();
    const { harness, work } = await setUp({ store });
    for (let count = 0; count < 50; count += 1) await harness.submit();
    const worker = harness.worker({ concurrency: 50 });

    worker.start();
    await until(() => work.calls.length === 50, 'all calls');

    expect(claims).toEqual([50]);
    for (let index = 0; index < 50; index += 1) work.answer(index);
    await worker.stop();
  });
});

describe('a delivery', () => {
  it('a task that is delivered twice runs once, and both deliveries are acknowledged', async () => {
    const { harness, work } = await setUp();
    const id = await harness.submit();
    await harness.dispatcher.dispatch([{ executionId: id, queue: 'default', batchId: null }]);
    const worker = harness.worker();

    worker.start();
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await harness.pass(async () => isEnd((await harness.readStatus(id)) as 'PENDING'), 'the end');
    await worker.stop();

    expect(work.calls).toHaveLength(1);
    expect(await harness.depth()).toEqual(emptyQueue);
  });

  it('a task of an ended or unknown execution is acknowledged', async () => {
    const { harness, work } = await setUp({ handlers: { work: () => 1 } });
    const id = await harness.record();
    await harness.executor().run(await harness.claim(id));
    const missing = harness.entropy.uuid();
    for (const executionId of [id, missing]) {
      await harness.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    }
    const worker = harness.worker();

    await worker.tick(new AbortController().signal);
    await settle();

    expect(await harness.depth()).toEqual(emptyQueue);
    expect(work.calls).toEqual([]);
    expect(
      (await harness.readEventTypes(id)).filter((type) => type === 'ExecutionStarted'),
    ).toHaveLength(1);
  });

  it('a task of an execution that another worker holds is delivered again when that lease would end', async () => {
    const { harness, work } = await setUp();
    const id = await harness.submit();
    await harness.claim(id, 'another', 7_000);
    const worker = harness.worker();

    await worker.tick(new AbortController().signal);
    await settle();
    expect(await harness.depth()).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
    expect(work.calls).toEqual([]);
    await harness.clock.advance(7_000);

    expect(await harness.depth()).toMatchObject({ ready: 1 });
  });

  it('a delivery is not released during an extension, which would undo its delay', async () => {
    const brokerCalls: string[] = [];
    const claim = Promise.withResolvers<void>();
    const extension = Promise.withResolvers<void>();
    const { harness } = await setUp({
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
            brokerCalls.push('extend');
            await extension.promise;
            return extend.apply(real, asked);
          },
          release: (...asked: Parameters<typeof release>) => {
            brokerCalls.push('release');
            return release.apply(real, asked);
          },
        });
      },
    });
    await harness.claim(await harness.submit(), 'another', 600_000);
    const worker = harness.worker({ leaseMs: 30_000 });

    worker.start();
    await settle();
    await harness.clock.advance(10_000);
    await until(() => brokerCalls.length > 0, 'an extension during the claim');
    claim.resolve();
    for (let turn = 0; turn < 50; turn += 1) await settle();
    expect(brokerCalls).toEqual(['extend']);
    extension.resolve();
    await until(() => brokerCalls.length > 1, 'the release');
    expect(brokerCalls).toEqual(['extend', 'release']);
    await worker.stop();
  });

  it('a task of a sleeping execution is delivered again when it is due, unless the sweeper sends one', async () => {
    const wait = (Seconds: number) => ({
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds, Next: 'Work' }, ...oneTask.States },
    });
    const { harness } = await setUp({}, wait(60));
    await harness.register(wait(3_600), 'long');
    const short = await harness.record();
    const long = await harness.record({}, { machineId: 'long' });
    const executor = harness.executor();
    for (const id of [short, long]) await executor.run(await harness.claim(id));
    const worker = harness.worker();

    for (const executionId of [short, long]) {
      await harness.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    }
    await worker.tick(new AbortController().signal);
    await settle();

    expect(await harness.depth()).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
    await harness.clock.advance(60_000);
    const [again] = await harness.broker.peek('default', 10);
    expect(again?.id).toBe(short);
  });

  it('a message that is not a task becomes a dead letter with its body', async () => {
    const { harness } = await setUp();
    for (const body of ['{"type":"email"}', '"text"', '{"type":"execution"}', 'null']) {
      await harness.broker.send('default', [{ id: 'unrecognized', body }]);
    }

    await harness.worker().tick(new AbortController().signal);

    const letters = await harness.broker.receiveDead('default', 10, 1_000);
    expect(letters).toHaveLength(4);
    expect(letters[0]).toMatchObject({
      body: '{"type":"email"}',
      reason: 'not a task that this version knows',
    });
    expect(await harness.depth()).toEqual(emptyQueue);
  });

  it('a task whose claim fails is released without costs for its execution', async () => {
    const faults = { claims: 1 };
    const { harness, work } = await setUp({
      store: (real) => ({
        ...real,
        claim: async (...asked) => {
          faults.claims -= 1;
          if (faults.claims >= 0) throw new Error('database gone');
          return real.claim(...asked);
        },
      }),
    });
    const id = await harness.submit();
    const worker = harness.worker();

    worker.start();
    await harness.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    await worker.stop();

    expect(await harness.store.getExecution(id)).toMatchObject({ attempts: 0, stalls: 0 });
  });
});

describe('a lost lease', () => {
  it('a worker whose lease lapsed abandons what others have claimed, and continues the rest', async () => {
    const faults = { heartbeats: false };
    const { harness, work } = await setUp({
      store: (real) => ({
        ...real,
        heartbeat: async (...asked) => {
          if (faults.heartbeats) throw new Error('cut off');
          return real.heartbeat(...asked);
        },
      }),
    });
    const [kept, taken] = [await harness.submit(), await harness.submit()];
    const worker = harness.worker({ leaseMs: 9_000 });
    worker.start();
    await until(() => work.calls.length === 2, 'the calls');

    faults.heartbeats = true;
    await harness.clock.advance(20_000);
    await harness.claim(taken, 'another', 600_000);
    faults.heartbeats = false;
    const isAborted = (id: string) =>
      work.calls.find(({ context }) => context.execution.id === id)?.context.signal.aborted;
    await harness.pass(() => isAborted(taken) === true, 'the end of the run that was lost');

    expect(isAborted(kept)).toBe(false);
    for (const index of [0, 1]) work.answer(index, 'answer');
    await harness.pass(async () => (await harness.readStatus(kept)) === 'SUCCEEDED', 'the end');
    expect(work.calls).toHaveLength(2);
    expect(await harness.store.getExecution(kept)).toMatchObject({ stalls: 0, output: '"answer"' });
    expect(await harness.store.getExecution(taken)).toMatchObject({ workerId: 'another' });
    await worker.stop();
  });

  it('a worker with heartbeats never loses its lease, however long its executions run', async () => {
    const { harness, work } = await setUp();
    const id = await harness.submit();
    const busy = harness.worker({ leaseMs: 9_000 });
    const other = harness.worker({ leaseMs: 9_000 });
    const sweeper = harness.sweeper();
    busy.start();
    await until(() => work.calls.length === 1, 'the call');
    other.start();
    sweeper.start();

    for (let minutes = 0; minutes < 30; minutes += 1) await harness.clock.advance(60_000);

    expect(work.calls).toHaveLength(1);
    expect(await harness.store.getExecution(id)).toMatchObject({ stalls: 0, workerId: busy.id });
    work.answer(0);
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    await Promise.all([busy.stop(), other.stop(), sweeper.stop()]);
  });
});

describe('the list of workers', () => {
  it('a worker with metadata is listed with its running executions until it stops', async () => {
    const { harness, work } = await setUp();
    await harness.submit();
    const worker = harness.worker({ about: () => '{"role":"worker"}' });
    worker.start();
    await until(() => work.calls.length === 1, 'the call');

    expect(await harness.store.listWorkers()).toMatchObject([
      { workerId: worker.id, about: '{"role":"worker"}', alive: true, running: 1 },
    ]);
    work.answer(0);
    await harness.stop(worker);
    expect(await harness.store.listWorkers()).toEqual([]);
  });
});

describe('priorities', () => {
  it('queues are served in their shares while all of them have tasks', async () => {
    const { harness } = await setUp({ handlers: { work: () => 1 } });
    for (const queue of ['critical', 'default', 'low']) {
      for (let count = 0; count < 600; count += 1) await harness.submit({}, { queue });
    }
    const worker = harness.worker({ concurrency: 1 });
    const signal = new AbortController().signal;

    for (let ticks = 0; ticks < 500; ticks += 1) {
      await worker.tick(signal);
      await settle();
    }

    const left = await harness.broker.stats(['critical', 'default', 'low']);
    const served = left.map(({ ready }) => 600 - ready);
    expect(served[0]).toBeGreaterThan(250);
    expect(served[1]).toBeGreaterThan(105);
    expect(served[2]).toBeGreaterThan(25);
    expect(served.reduce((sum, count) => sum + count, 0)).toBe(500);
  });

  it('a strict picker serves the heaviest queue until it is empty', async () => {
    const { harness } = await setUp({ handlers: { work: () => 1 } });
    for (const queue of ['low', 'critical']) {
      for (let count = 0; count < 20; count += 1) await harness.submit({}, { queue });
    }
    const picker = new PriorityPicker({ strict: true, random: () => 0.99 });
    const worker = harness.worker({ concurrency: 1, picker });
    const signal = new AbortController().signal;

    for (let ticks = 0; ticks < 20; ticks += 1) {
      await worker.tick(signal);
      await settle();
    }

    const [critical, low] = await harness.broker.stats(['critical', 'low']);
    expect([critical?.ready, low?.ready]).toEqual([0, 20]);
  });
});

describe('logs', () => {
  it('the logs of a worker contain ids and numbers, never the data of executions', async () => {
    const secret = 'hunter2';
    const { harness } = await setUp({
      handlers: {
        work: (input: { password: string }) => {
          throw new Error(`bad ${input.password}`);
        },
      },
    });
    const id = await harness.submit({ password: secret });
    const unknown = await harness.submit({ password: secret }, { machineVersion: 3 });
    const worker = harness.worker();
    worker.start();
    await harness.pass(async () => (await harness.readStatus(id)) === 'FAILED', 'the end');
    await worker.stop();

    expect(harness.logger.entries.map(({ fields }) => fields.executionId)).toContain(unknown);
    expect(JSON.stringify(harness.logger.entries)).not.toContain(secret);
  });
});
