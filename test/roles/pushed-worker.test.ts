/** The worker that is handed its deliveries: one claim, what comes again, news, the deadline. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../lib/ports/broker.ts';
import type { Store } from '../../lib/ports/store.ts';
import { PushedWorker, type PushedWorkerOptions } from '../../lib/roles/pushed-worker.ts';
import fc from '../support/properties.ts';
import {
  HeldHandler,
  oneTask,
  RoleWorld,
  type RoleWorldOptions,
  unavailable,
} from '../support/role-world.ts';
import { settle, until } from '../support/signal.ts';

/** Names of the store's calls, in order. */
function recordingCalls(...names: (keyof Store)[]) {
  const calls: string[] = [];
  const store = (real: Store) =>
    new Proxy(real, {
      get(target, name: keyof Store) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function' || !names.includes(name)) return value;
        return (...given: unknown[]) => {
          calls.push(name);
          return Reflect.apply(value, target, given);
        };
      },
    });
  return { calls, store };
}

async function setUp(options: RoleWorldOptions = {}, changes: Partial<PushedWorkerOptions> = {}) {
  const work = new HeldHandler();
  const world = new RoleWorld({ handlers: { work: work.handler }, ...options });
  await world.register(oneTask);
  const worker = new PushedWorker({ ...world, executor: () => world.executor(), ...changes });
  return { world, work, worker, lot: (max = 1_000) => receive(world, max) };
}

/** What a poller would have taken for the function. */
function receive({ broker }: RoleWorld, max: number): Promise<Delivery[]> {
  const hiddenMs = 3_600_000;
  return broker.receive({ queues: ['default'], max, visibilityMs: hiddenMs, waitMs: 0 });
}

describe('a lot of deliveries', () => {
  it('is claimed at once and run side by side; all of it is done with', async () => {
    const { calls, store } = recordingCalls('claim', 'heartbeat', 'endLease');
    const { world, work, worker, lot } = await setUp({ store });
    const ids = await Promise.all(Array.from({ length: 30 }, () => world.submit()));

    const again = worker.work(await lot(), 60_000);
    await until(() => work.calls.length === 30, 'all calls');
    for (let index = 0; index < 30; index += 1) work.answer(index);

    expect(await again).toEqual([]);
    expect(calls).toEqual(['claim']);
    for (const id of ids) expect(await world.statusOf(id)).toBe('SUCCEEDED');
    expect(world.metrics.counts.get('claimed')).toBe(30);
    expect(world.metrics.observed.get('batchSize')).toEqual([30]);
    expect(world.clock.pendingTimers).toBe(0);
  });

  it('is done with as to copies, and to what has ended or is missing', async () => {
    const { world, work, worker, lot } = await setUp();
    const id = await world.submit();
    const send = (executionId: string) =>
      world.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    await send(id);
    await send(world.entropy.uuid());

    const again = worker.work(await lot(), 60_000);
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await again).toEqual([]);
    expect(work.calls).toHaveLength(1);
  });

  it('comes again as to what is held elsewhere or asleep, when it may be taken', async () => {
    const { world, worker, lot } = await setUp();
    const held = await world.submit();
    await world.claim(held, 'other', 40_000);
    await world.submit({}, { startInMs: 70_000 });
    const deliveries = await lot();

    expect(await worker.work(deliveries, 60_000)).toEqual(deliveries);

    expect(await world.depth()).toMatchObject({ delayed: 2, inFlight: 0 });
    await world.clock.advance(40_000);
    expect(await world.depth()).toMatchObject({ ready: 1, delayed: 1 });
    expect(world.metrics.counts.get('putBack')).toBe(2);
  });

  it('has a new task sent for an execution that sleeps', async () => {
    const { world, worker, lot } = await setUp();
    await world.register({
      StartAt: 'Sleep',
      States: { Sleep: { Type: 'Wait', Seconds: 60, End: true } },
    });
    await world.submit({}, { machineVersion: 2 });
    const deliveries = await lot();

    expect(await worker.work(deliveries, 60_000)).toEqual([]);

    await world.broker.acknowledge(deliveries);
    expect(await world.depth()).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
  });

  it('goes to the dead letters as to what is no task, with the reason', async () => {
    const { world, worker, lot } = await setUp();
    await world.broker.send('default', [{ id: 'strange', body: '{"type":"other"}' }]);

    expect(await worker.work(await lot(), 60_000)).toEqual([]);

    expect(await world.broker.receiveDead('default', 10, 1_000)).toMatchObject([
      { id: 'strange', reason: 'not a task that this version knows' },
    ]);
  });

  it('comes again as to what could not be made a dead letter; the rest is run', async () => {
    const { world, work, worker, lot } = await setUp({
      broker: (real) =>
        Object.assign(real, { deadLetter: () => Promise.reject(new Error('no queue')) }),
    });
    await world.broker.send('default', [{ id: 'strange', body: 'x' }]);
    const id = await world.submit();

    const again = worker.work(await lot(), 60_000);
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await again).toMatchObject([{ id: 'strange' }]);
    expect(await world.statusOf(id)).toBe('SUCCEEDED');
  });

  it('says of each delivery whether it is settled, and of nothing else', async () => {
    const kinds = fc.constantFrom('good', 'bad', 'copy', 'foreign', 'held', 'ended', 'missing');
    const property = fc.asyncProperty(fc.array(kinds, { maxLength: 12 }), async (mix) => {
      const handlers = { work: async (input: unknown) => (input === 'bad' ? fail() : null) };
      const { world, worker, lot } = await setUp({ handlers });
      const first = await world.submit('good');
      for (const kind of mix) await sendKind(world, kind, first);
      const deliveries = await lot();

      const again = await worker.work(deliveries, 60_000);
      const done = deliveries.filter((delivery) => !again.includes(delivery));

      expect(new Set(again).size).toBe(again.length);
      expect(deliveries).toEqual(expect.arrayContaining(again));
      await world.broker.acknowledge(done);
      const { ready, delayed, inFlight } = await world.depth();
      const left = (ready ?? 0) + (delayed ?? 0) + (inFlight ?? 0);
      // Each failed attempt waits for its next one under a task of its own.
      expect(left).toBe(again.length + mix.filter((kind) => kind === 'bad').length);
      expect(again).toHaveLength(mix.filter((kind) => kind === 'held').length);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

function fail(): never {
  throw new Error('no');
}

/** Sends a message of a kind that a worker meets. */
async function sendKind(world: RoleWorld, kind: string, first: string): Promise<void> {
  const send = (executionId: string) =>
    world.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
  switch (kind) {
    case 'copy':
      return void (await send(first));
    case 'missing':
      return void (await send(world.entropy.uuid()));
    case 'foreign':
      return void (await world.broker.send('default', [{ id: 'x', body: '[]' }]));
    case 'held':
      return void (await world.claim(await world.submit(), world.entropy.uuid()));
    case 'ended': {
      const id = await world.submit('good');
      return void (await world.executor().run(await world.claim(id)));
    }
    default:
      return void (await world.submit(kind, { retriesMax: 1 }));
  }
}

describe('a claim that the store does not answer', () => {
  it('is asked for again until it does', async () => {
    let failures = 3;
    const { world, work, worker, lot } = await setUp({
      store: (real) => ({
        ...real,
        claim: (...asked) =>
          failures-- > 0 ? Promise.reject(unavailable()) : real.claim(...asked),
      }),
    });
    const id = await world.submit();

    const again = worker.work(await lot(), 60_000);
    await world.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await again).toEqual([]);
    expect(await world.statusOf(id)).toBe('SUCCEEDED');
  });

  it('fails the whole lot when it is time to leave, which comes again ever later', async () => {
    const { world, worker, lot } = await setUp({
      store: (real) => ({ ...real, claim: () => Promise.reject(unavailable()) }),
    });
    await world.submit();
    let failure: unknown = null;

    const asked = worker.work(await lot(), 60_000).catch((error: unknown) => {
      failure = error;
    });
    await world.pass(() => failure !== null, 'the failure');
    await asked;

    expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await world.depth()).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
  });
});

describe('the deadline', () => {
  it('ends the beginning of steps, then the handlers, and all is handed back before it', async () => {
    const { world, work, worker, lot } = await setUp({}, { marginMs: 5_000, graceMs: 10_000 });
    const ids = await Promise.all([world.submit(), world.submit()]);
    const deliveries = await lot();
    const answeredAt = worker.work(deliveries, 100_000).then((again) => {
      return { again, at: world.clock.now() };
    });
    const startedAt = world.clock.now();
    await until(() => work.calls.length === 2, 'two calls');

    await world.clock.advance(86_000);
    expect(work.calls[1]?.context.signal.aborted).toBe(false);
    work.answer(0);
    await world.clock.advance(10_000);
    const { again, at } = await answeredAt;

    expect(at - startedAt).toBeLessThanOrEqual(96_000);
    expect(work.calls[1]?.context.signal.aborted).toBe(true);
    expect(again.map(({ body }) => JSON.parse(body).executionId)).toEqual([ids[1]]);
    expect(await world.statusOf(ids[0] ?? '')).toBe('SUCCEEDED');
    expect(await world.store.getExecution(ids[1] ?? '')).toMatchObject({
      status: 'RUNNING',
      attempts: 0,
    });
    // Redelivered at once, and free.
    expect(await world.depth()).toMatchObject({ ready: 1 });
    expect(await world.claim(ids[1] ?? '')).toMatchObject({ stalls: 1 });
  });

  it('costs an execution nothing that is between two steps', async () => {
    const { world, work, worker, lot } = await setUp({}, { marginMs: 5_000, graceMs: 10_000 });
    await world.register({
      StartAt: 'One',
      States: {
        One: { Type: 'Task', Resource: 'work', Next: 'Two' },
        Two: { Type: 'Task', Resource: 'work', End: true },
      },
    });
    const id = await world.submit({}, { machineVersion: 2 });
    const deliveries = await lot();
    const again = worker.work(deliveries, 100_000);
    await until(() => work.calls.length === 1, 'the call');

    await world.clock.advance(86_000);
    work.answer(0);

    expect(await again).toEqual(deliveries);
    expect(work.calls).toHaveLength(1);
    expect(await world.claim(id)).toMatchObject({ stalls: 0, attempts: 0 });
  });

  it('gives up what never comes to its end in the time that there is', async () => {
    const { world, work, worker } = await setUp();
    const id = await world.submit();
    const isOpen = async () => (await world.statusOf(id)) !== 'FAILED';

    for (let lots = 0; lots < 10 && (await isOpen()); lots += 1) {
      const deliveries = await receive(world, 10);
      let again: readonly Delivery[] | null = null;
      const working = worker.work(deliveries, 60_000).then((answer) => {
        again = answer;
      });
      await world.pass(() => again !== null, 'the answer');
      await working;
    }

    expect(work.calls).toHaveLength(6);
    expect(await world.store.getExecution(id)).toMatchObject({ error: 'Millrace.Stalled' });
  });

  it('leaves a short function most of its time', async () => {
    const { world, work, worker, lot } = await setUp();
    await world.submit();
    const again = worker.work(await lot(), 6_000);
    await until(() => work.calls.length === 1, 'the call');

    await world.clock.advance(3_900);
    work.answer(0);

    expect(await again).toEqual([]);
  });

  it('is kept though the store never answers again; the lease outlasts it', async () => {
    let isStuck = false;
    const { world, work, worker, lot } = await setUp({
      store: (real) => ({
        ...real,
        commit: (...asked) => (isStuck ? new Promise(() => {}) : real.commit(...asked)),
        endLease: () => new Promise(() => {}),
      }),
    });
    const id = await world.submit();
    const deliveries = await lot();
    const again = worker.work(deliveries, 60_000);
    await until(() => work.calls.length === 1, 'the call');
    isStuck = true;
    work.answer(0);

    await world.clock.advance(59_000);

    expect(await again).toEqual(deliveries);
    expect(world.logger.entries).toContainEqual(
      expect.objectContaining({
        message: 'not all that was delivered is settled; the rest comes again',
      }),
    );
    const { refused } = await world.store.claim('next', 1_000, [id]);
    expect(refused).toEqual([{ id, reason: 'held', ms: 6_000 }]);
  });

  it('makes of what could not be written a lease that is ended, and another id', async () => {
    const { calls, store } = recordingCalls('endLease');
    const workers = new Set<string>();
    let refuses = false;
    const { world, work, worker, lot } = await setUp({
      store: (real) =>
        store({
          ...real,
          claim: (workerId, ...asked) => {
            workers.add(workerId);
            return real.claim(workerId, ...asked);
          },
          commit: (...asked) => (refuses ? Promise.reject(unavailable()) : real.commit(...asked)),
        }),
    });
    await world.submit();
    const first = worker.work(await lot(), 900_000);
    await until(() => work.calls.length === 1, 'the call');
    refuses = true;
    work.answer(0);
    await world.pass(() => calls.length === 1, 'the end of the lease');
    refuses = false;
    expect(await first).toHaveLength(1);

    const id = await world.submit();
    const second = worker.work(await lot(), 900_000);
    await until(() => work.calls.length > 1, 'the next call');
    for (let index = 1; index < work.calls.length; index += 1) work.answer(index);
    await second;

    expect(workers.size).toBe(2);
    expect(await world.statusOf(id)).toBe('SUCCEEDED');
  });
});

describe('news', () => {
  it('is asked for after ten seconds, and then every ten', async () => {
    const { calls, store } = recordingCalls('heartbeat');
    const { world, work, worker, lot } = await setUp({ store });
    await world.submit();
    const again = worker.work(await lot(), 900_000);
    await until(() => work.calls.length === 1, 'the call');

    await world.clock.advance(9_999);
    expect(calls).toHaveLength(0);
    await world.clock.advance(20_001);
    expect(calls).toHaveLength(3);

    work.answer(0);
    await again;
    await settle();
    expect(world.clock.pendingTimers).toBe(0);
  });

  it('of an abort stops the execution', async () => {
    const { world, work, worker, lot } = await setUp();
    const id = await world.submit();
    const again = worker.work(await lot(), 900_000);
    await until(() => work.calls.length === 1, 'the call');

    await world.store.requestAbort([id]);
    await world.clock.advance(10_000);

    expect(await again).toEqual([]);
    expect(await world.statusOf(id)).toBe('ABORTED');
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
  });
});
