/** Workers that hold to limits: what waits holds no slot, and goes on when a permit is free. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import type { ConfiguredLimits } from '../../../lib/roles/limits/limit-catalog.ts';
import { limitedWorker } from '../../support/limited-worker.ts';
import { HeldHandler, oneTask, RoleHarness } from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';

const mapOfCalls = Object.freeze({
  StartAt: 'All',
  States: {
    All: {
      Type: 'Map',
      ItemsPath: '$.items',
      ItemProcessor: oneTask,
      End: true,
    },
  },
});

async function setUp(
  limits: Partial<ConfiguredLimits>,
  {
    definition = oneTask,
    concurrency = 10,
    type = 'STANDARD',
    store,
  }: {
    readonly definition?: object;
    readonly concurrency?: number;
    readonly type?: 'STANDARD' | 'EXPRESS';
    readonly store?: (real: Store) => Store;
  } = {},
) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler }, ...(store && { store }) });
  await harness.register(definition, 'machine', type);
  const worker = limitedWorker(harness, limits, { concurrency });
  return { harness, work, worker };
}

async function submitAll(harness: RoleHarness, inputs: readonly Json[]): Promise<string[]> {
  const ids: string[] = [];
  for (const input of inputs) ids.push(await harness.submit(input));
  return ids;
}

/** Answers all calls until none follows. */
async function finish(harness: RoleHarness, work: HeldHandler, ids: readonly string[]) {
  for (let index = 0; index < ids.length; index += 1) {
    await harness.pass(() => work.calls.length > index, `call ${index}`);
    work.answer(index);
  }
  await harness.pass(async () => {
    const statuses = await Promise.all(ids.map((id) => harness.readStatus(id)));
    return statuses.every((status) => status === 'SUCCEEDED');
  }, 'the end of all executions');
}

describe('limits of machines', () => {
  it('an execution whose worker stops while it asks for its permit starts with another worker', async () => {
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const { harness, work, worker } = await setUp(
      { machines: { machine: { concurrency: 1 } } },
      {
        store: (real) => ({
          ...real,
          acquirePermits: async (requests) => {
            asked.resolve();
            await answered.promise;
            return await real.acquirePermits(requests);
          },
        }),
      },
    );
    const ids = await submitAll(harness, [1]);
    worker.start();
    await asked.promise;
    const stopping = worker.stop();
    await harness.clock.advance(60_000);
    answered.resolve();
    await harness.pass(async () => (await harness.depth()).inFlight === 0, 'its release');
    await stopping;

    const next = limitedWorker(harness, { machines: { machine: { concurrency: 1 } } });
    next.start();
    await finish(harness, work, ids);
    await harness.stop(next);
    expect(await harness.store.listLimits(1, 10)).toEqual([]);
  });

  it('no more executions of a machine run than its concurrency, whatever the worker could run', async () => {
    const { harness, work, worker } = await setUp({ machines: { machine: { concurrency: 2 } } });
    const ids = await submitAll(harness, [1, 2, 3, 4, 5]);
    worker.start();
    await until(() => work.calls.length === 2, 'two calls');
    await settle();

    expect(work.calls).toHaveLength(2);
    work.answer(0);
    await harness.pass(() => work.calls.length === 3, 'the third call');
    await settle();
    expect(work.calls).toHaveLength(3);

    work.answer(1);
    await finish(harness, work, ids);
    await harness.stop(worker);
    expect(await harness.store.listLimits(1, 10)).toEqual([]);
  });

  it('an execution that waits for a limit holds no slot and costs no further claims', async () => {
    let claims = 0;
    const { harness, work, worker } = await setUp(
      { machines: { machine: { concurrency: 1 } } },
      {
        concurrency: 3,
        store: (real) => ({
          ...real,
          claim: (...asked) => {
            claims += 1;
            return real.claim(...asked);
          },
        }),
      },
    );
    await harness.register(oneTask, 'free');
    await submitAll(harness, [1, 2, 3, 4, 5, 6]);
    worker.start();
    await until(() => work.calls.length === 1, 'the call');
    await settle();

    await harness.submit({}, { machineId: 'free' });
    await harness.submit({}, { machineId: 'free' });
    await until(() => work.calls.length === 3, 'the calls of the other machine');
    const before = claims;
    await harness.clock.advance(120_000);
    await settle();

    expect(claims - before).toBeLessThanOrEqual(1);
    expect(await harness.depth()).toEqual({ ready: 0, delayed: 0, inFlight: 3 });
    for (let index = 0; index < 3; index += 1) work.answer(index);
    await worker.stop();
  });

  it('each key has a limit of its own', async () => {
    const limits = { machine: { concurrency: 1, per: '$.customer' } };
    const { harness, work, worker } = await setUp({ machines: limits });
    const customers = [7, 7, 8, 7, 9].map((customer) => ({ customer }));
    const ids = await submitAll(harness, customers);
    worker.start();
    await until(() => work.calls.length === 3, 'three calls');
    await settle();

    expect(work.calls.map(({ input }) => input)).toEqual(
      [7, 8, 9].map((customer) => ({ customer })),
    );
    await finish(harness, work, ids);
    await harness.stop(worker);
  });

  it('a rate starts executions evenly, and no more of them', async () => {
    const { harness, work, worker } = await setUp({ machines: { machine: { rate: '4/s' } } });
    const ids = await submitAll(
      harness,
      Array.from({ length: 12 }, (_, index) => index),
    );
    worker.start();
    await until(() => work.calls.length === 3, 'the calls that were saved up');
    const started: number[] = [];
    for (let tenths = 0; tenths < 20; tenths += 1) {
      await settle();
      started.push(work.calls.length);
      await harness.clock.advance(100);
    }

    // Three are saved up; then one each 250 ms.
    expect(started[0]).toBe(3);
    expect(started[10]).toBe(7);
    expect(started[18]).toBe(10);
    await finish(harness, work, ids);
    await harness.stop(worker);
  });

  it('an execution that sleeps keeps its permit, and one that is retried later gives it back', async () => {
    const failing = async () => {
      throw new Error('down');
    };
    const harness = new RoleHarness({ handlers: { work: failing } });
    await harness.register({
      StartAt: 'Sleep',
      States: { Sleep: { Type: 'Wait', Seconds: 60, Next: 'Work' }, Work: oneTask.States.Work },
    });
    const worker = limitedWorker(harness, { machines: { machine: { concurrency: 1 } } });
    const [first, second] = await submitAll(harness, [1, 2]);
    worker.start();
    await harness.pass(
      async () => (await harness.readStatus(first ?? '')) === 'RUNNING',
      'a start',
    );
    const asleep = await harness.readStatus(second ?? '');
    await harness.pass(
      async () => (await harness.readStatus(second ?? '')) === 'RUNNING',
      'the start of the second',
    );

    expect(asleep).toBe('PENDING');
    expect(await harness.readStatus(first ?? '')).not.toBe('RUNNING');
    await harness.stop(worker);
  });

  it('an aborted execution that waits for a limit ends without one', async () => {
    const { harness, work, worker } = await setUp({ machines: { machine: { concurrency: 1 } } });
    const [, second] = await submitAll(harness, [1, 2]);
    worker.start();
    await until(() => work.calls.length === 1, 'the call');
    await settle();

    await harness.dispatcher.dispatch(await harness.store.requestAbort([second ?? '']));
    await harness.pass(
      async () => (await harness.readStatus(second ?? '')) === 'ABORTED',
      'the end of the second',
    );

    await settle();
    expect(work.calls).toHaveLength(1);
    const [limit] = await harness.store.listLimits(1, 10);
    expect(limit).toMatchObject({ inUse: 1, waiting: 0 });
    work.answer(0);
    await harness.stop(worker);
  });
});

describe('limits of handlers', () => {
  it('a call that waits keeps its execution as a snapshot, and frees the slot', async () => {
    const { harness, work, worker } = await setUp(
      { handlers: { work: { concurrency: 1 } } },
      { concurrency: 2 },
    );
    const ids = await submitAll(harness, [1, 2, 3]);
    worker.start();
    await until(() => work.calls.length === 1, 'the call');
    const readLast = () => harness.store.getTask(ids[2] ?? '');
    await harness.pass(async () => (await readLast())?.status === 'RUNNING', 'a snapshot', 100);
    await settle();

    const waiting = await readLast();
    expect(waiting).toMatchObject({ status: 'RUNNING', state: 'waiting', workerId: null });
    expect(waiting?.snapshot).not.toBeNull();
    await finish(harness, work, ids);
    expect(work.calls).toHaveLength(3);
    await harness.stop(worker);
  });

  it('the calls of one execution take turns while it keeps running', async () => {
    const { harness, work, worker } = await setUp(
      { handlers: { work: { concurrency: 2 } } },
      { definition: mapOfCalls },
    );
    const id = await harness.submit({ items: [1, 2, 3, 4, 5] });
    worker.start();
    await until(() => work.calls.length === 2, 'two calls');
    await settle();
    expect(work.calls).toHaveLength(2);

    for (let index = 0; index < 5; index += 1) {
      await harness.pass(() => work.calls.length > index, `call ${index}`);
      expect(work.calls.length - index).toBeLessThanOrEqual(2);
      work.answer(index);
      await settle();
    }
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');

    expect(await harness.store.listLimits(1, 10)).toEqual([]);
    await harness.stop(worker);
  });

  it('a call of the same execution that is granted meanwhile is made soon', async () => {
    const { harness, work, worker } = await setUp(
      { handlers: { work: { rate: '1/s' } } },
      { definition: mapOfCalls },
    );
    await harness.submit({ items: [1, 2] });
    worker.start();
    await until(() => work.calls.length === 1, 'the first call');
    for (let steps = 0; steps < 30; steps += 1) {
      await harness.clock.advance(100);
      await settle();
    }

    expect(work.calls).toHaveLength(2);
    work.answer(0);
    work.answer(1);
    await harness.stop(worker);
  });

  it('the key of a call is read from its parameters', async () => {
    const definition = {
      StartAt: 'Work',
      States: {
        Work: { ...oneTask.States.Work, Parameters: { 'host.$': '$.where' } },
      },
    };
    const { harness, work, worker } = await setUp(
      { handlers: { work: { concurrency: 1, per: '$.host' } } },
      { definition },
    );
    await submitAll(harness, [{ where: 'a' }, { where: 'a' }, { where: 'b' }]);
    worker.start();
    await until(() => work.calls.length === 2, 'two calls');
    await settle();

    expect(work.calls.map(({ input }) => input)).toEqual([{ host: 'a' }, { host: 'b' }]);
    work.answer(0);
    work.answer(1);
    await harness.pass(() => work.calls.length === 3, 'the third call');
    work.answer(2);
    await harness.stop(worker);
  });

  it('an EXPRESS execution has the permits of its handlers before it starts', async () => {
    const { harness, work, worker } = await setUp(
      { handlers: { work: { concurrency: 1 } } },
      { type: 'EXPRESS' },
    );
    const ids = await submitAll(harness, [1, 2, 3]);
    worker.start();
    await until(() => work.calls.length === 1, 'the call');
    await settle();

    expect(work.calls).toHaveLength(1);
    expect(await harness.store.getTask(ids[1] ?? '')).toMatchObject({ status: 'PENDING' });
    await finish(harness, work, ids);
    await harness.stop(worker);
  });

  it('the permit of a handler that ignores its abort is not given to another', async () => {
    const { harness, work, worker } = await setUp(
      { handlers: { work: { concurrency: 1 } } },
      {
        definition: {
          StartAt: 'Work',
          States: { Work: { ...oneTask.States.Work, TimeoutSecondsPath: '$.seconds' } },
        },
      },
    );
    const [first] = await submitAll(harness, [{ seconds: 5 }, { seconds: 5_000 }]);
    worker.start();
    await until(() => work.calls.length === 1, 'the call');
    await harness.pass(async () => (await harness.readStatus(first ?? '')) === 'FAILED', 'its end');
    await settle();

    expect(work.calls).toHaveLength(1);
    work.answer(0);
    await harness.pass(() => work.calls.length === 2, 'the second call');
    work.answer(1);
    await harness.stop(worker);
  });
});
