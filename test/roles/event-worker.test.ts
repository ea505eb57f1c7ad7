/** The event worker: one claim per event batch, and which deliveries are delivered again. */
import { describe, expect, it } from 'vitest';
import { openEventWorkerHarness, recordCalls } from '../support/event-worker-harness.ts';
import fc from '../support/properties.ts';
import { type RoleHarness, unavailable } from '../support/role-harness.ts';
import { until } from '../support/signal.ts';

describe('an event batch', () => {
  it('an event batch is claimed in one call, run concurrently and acknowledged', async () => {
    const { calls, store } = recordCalls('claim', 'heartbeat', 'endLease');
    const { harness, work, worker, receive } = await openEventWorkerHarness({ store });
    const ids = await Promise.all(Array.from({ length: 30 }, () => harness.submit()));

    const again = worker.work(await receive(), 60_000);
    await until(() => work.calls.length === 30, 'all calls');
    for (let index = 0; index < 30; index += 1) work.answer(index);

    expect(await again).toEqual([]);
    expect(calls).toEqual(['claim']);
    for (const id of ids) expect(await harness.readStatus(id)).toBe('SUCCEEDED');
    expect(harness.metrics.counts.get('claimed')).toBe(30);
    expect(harness.metrics.observed.get('invocationMessages')).toEqual([30]);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('second copies, and tasks of ended or missing executions, are acknowledged', async () => {
    const { harness, work, worker, receive } = await openEventWorkerHarness();
    const id = await harness.submit();
    const send = (executionId: string) =>
      harness.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    await send(id);
    await send(harness.entropy.uuid());

    const again = worker.work(await receive(), 60_000);
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await again).toEqual([]);
    expect(work.calls).toHaveLength(1);
  });

  it('tasks of held or sleeping executions are delivered again when these can be claimed', async () => {
    const { harness, worker, receive } = await openEventWorkerHarness();
    const held = await harness.submit();
    await harness.claim(held, 'other', 40_000);
    await harness.submit({}, { startInMs: 70_000 });
    const deliveries = await receive();

    expect(await worker.work(deliveries, 60_000)).toEqual(deliveries);

    expect(await harness.depth()).toMatchObject({ delayed: 2, inFlight: 0 });
    await harness.clock.advance(40_000);
    expect(await harness.depth()).toMatchObject({ ready: 1, delayed: 1 });
    expect(harness.metrics.counts.get('tasksReleased')).toBe(2);
  });

  it('a new task is sent for an execution that goes to sleep', async () => {
    const { harness, worker, receive } = await openEventWorkerHarness();
    await harness.register({
      StartAt: 'Sleep',
      States: { Sleep: { Type: 'Wait', Seconds: 60, End: true } },
    });
    await harness.submit({}, { machineVersion: 2 });
    const deliveries = await receive();

    expect(await worker.work(deliveries, 60_000)).toEqual([]);

    await harness.broker.acknowledge(deliveries);
    expect(await harness.depth()).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
  });

  it('a message that is not a task becomes a dead letter with the reason', async () => {
    const { harness, worker, receive } = await openEventWorkerHarness();
    await harness.broker.send('default', [{ id: 'strange', body: '{"type":"other"}' }]);

    expect(await worker.work(await receive(), 60_000)).toEqual([]);

    expect(await harness.broker.receiveDead('default', 10, 1_000)).toMatchObject([
      { id: 'strange', reason: 'not a task that this version knows' },
    ]);
  });

  it('a message that cannot be dead-lettered is delivered again, and the rest is run', async () => {
    const { harness, work, worker, receive } = await openEventWorkerHarness({
      broker: (real) =>
        Object.assign(real, { deadLetter: () => Promise.reject(new Error('no queue')) }),
    });
    await harness.broker.send('default', [{ id: 'strange', body: 'x' }]);
    const id = await harness.submit();

    const again = worker.work(await receive(), 60_000);
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await again).toMatchObject([{ id: 'strange' }]);
    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
  });

  it('an event batch reports exactly the deliveries that are to be delivered again', async () => {
    const kinds = fc.constantFrom(
      'good',
      'bad',
      'copy',
      'unrecognized',
      'held',
      'ended',
      'missing',
    );
    const property = fc.asyncProperty(fc.array(kinds, { maxLength: 12 }), async (mix) => {
      const handlers = { work: async (input: unknown) => (input === 'bad' ? throwError() : null) };
      const { harness, worker, receive } = await openEventWorkerHarness({ handlers });
      const first = await harness.submit('good');
      for (const kind of mix) await sendKind(harness, kind, first);
      const deliveries = await receive();

      const again = await worker.work(deliveries, 60_000);
      const done = deliveries.filter((delivery) => !again.includes(delivery));

      expect(new Set(again).size).toBe(again.length);
      expect(deliveries).toEqual(expect.arrayContaining(again));
      await harness.broker.acknowledge(done);
      const { ready, delayed, inFlight } = await harness.depth();
      const left = (ready ?? 0) + (delayed ?? 0) + (inFlight ?? 0);
      // Each failed attempt has sent a delayed task for the next one.
      expect(left).toBe(again.length + mix.filter((kind) => kind === 'bad').length);
      expect(again).toHaveLength(mix.filter((kind) => kind === 'held').length);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

function throwError(): never {
  throw new Error('no');
}

/** Sends a message of the given kind. */
async function sendKind(harness: RoleHarness, kind: string, first: string): Promise<void> {
  const send = (executionId: string) =>
    harness.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
  switch (kind) {
    case 'copy':
      return void (await send(first));
    case 'missing':
      return void (await send(harness.entropy.uuid()));
    case 'unrecognized':
      return void (await harness.broker.send('default', [{ id: 'x', body: '[]' }]));
    case 'held':
      return void (await harness.claim(await harness.submit(), harness.entropy.uuid()));
    case 'ended': {
      const id = await harness.submit('good');
      return void (await harness.executor().run(await harness.claim(id)));
    }
    default:
      return void (await harness.submit(kind, { retriesMax: 1 }));
  }
}

describe('a claim that the store does not answer', () => {
  it('an unanswered claim is retried until the store answers', async () => {
    let failures = 3;
    const { harness, work, worker, receive } = await openEventWorkerHarness({
      store: (real) => ({
        ...real,
        claim: (...asked) =>
          failures-- > 0 ? Promise.reject(unavailable()) : real.claim(...asked),
      }),
    });
    const id = await harness.submit();

    const again = worker.work(await receive(), 60_000);
    await harness.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await again).toEqual([]);
    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
  });

  it('an event batch that cannot be claimed in time fails, and is delivered again with growing delays', async () => {
    const { harness, worker, receive } = await openEventWorkerHarness({
      store: (real) => ({ ...real, claim: () => Promise.reject(unavailable()) }),
    });
    await harness.submit();
    const backInMs: number[] = [];

    for (let attempt = 0; attempt < 4; attempt += 1) {
      let failure: unknown = null;
      const working = worker.work(await receive(), 60_000).catch((error: unknown) => {
        failure = error;
      });
      await harness.pass(() => failure !== null, 'the failure');
      await working;
      expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      const failedAt = harness.clock.now();
      await harness.pass(async () => (await harness.depth()).ready === 1, 'the message', 1_000);
      backInMs.push(harness.clock.now() - failedAt);
    }

    expect(backInMs).toEqual([1_000, 2_000, 4_000, 8_000]);
  });
});
