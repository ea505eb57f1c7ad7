/** The worker that is handed its deliveries: one claim, what is done with, what comes again. */
import { describe, expect, it } from 'vitest';
import { openEventWorkerHarness, recordingCalls } from '../support/event-worker-harness.ts';
import fc from '../support/properties.ts';
import { type RoleHarness, unavailable } from '../support/role-harness.ts';
import { until } from '../support/signal.ts';

describe('a lot of deliveries', () => {
  it('is claimed at once and run side by side; all of it is done with', async () => {
    const { calls, store } = recordingCalls('claim', 'heartbeat', 'endLease');
    const { harness, work, worker, lot } = await openEventWorkerHarness({ store });
    const ids = await Promise.all(Array.from({ length: 30 }, () => harness.submit()));

    const again = worker.work(await lot(), 60_000);
    await until(() => work.calls.length === 30, 'all calls');
    for (let index = 0; index < 30; index += 1) work.answer(index);

    expect(await again).toEqual([]);
    expect(calls).toEqual(['claim']);
    for (const id of ids) expect(await harness.statusOf(id)).toBe('SUCCEEDED');
    expect(harness.metrics.counts.get('claimed')).toBe(30);
    expect(harness.metrics.observed.get('batchSize')).toEqual([30]);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('is done with as to copies, and to what has ended or is missing', async () => {
    const { harness, work, worker, lot } = await openEventWorkerHarness();
    const id = await harness.submit();
    const send = (executionId: string) =>
      harness.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
    await send(id);
    await send(harness.entropy.uuid());

    const again = worker.work(await lot(), 60_000);
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await again).toEqual([]);
    expect(work.calls).toHaveLength(1);
  });

  it('comes again as to what is held elsewhere or asleep, when it may be taken', async () => {
    const { harness, worker, lot } = await openEventWorkerHarness();
    const held = await harness.submit();
    await harness.claim(held, 'other', 40_000);
    await harness.submit({}, { startInMs: 70_000 });
    const deliveries = await lot();

    expect(await worker.work(deliveries, 60_000)).toEqual(deliveries);

    expect(await harness.depth()).toMatchObject({ delayed: 2, inFlight: 0 });
    await harness.clock.advance(40_000);
    expect(await harness.depth()).toMatchObject({ ready: 1, delayed: 1 });
    expect(harness.metrics.counts.get('putBack')).toBe(2);
  });

  it('has a new task sent for an execution that sleeps', async () => {
    const { harness, worker, lot } = await openEventWorkerHarness();
    await harness.register({
      StartAt: 'Sleep',
      States: { Sleep: { Type: 'Wait', Seconds: 60, End: true } },
    });
    await harness.submit({}, { machineVersion: 2 });
    const deliveries = await lot();

    expect(await worker.work(deliveries, 60_000)).toEqual([]);

    await harness.broker.acknowledge(deliveries);
    expect(await harness.depth()).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
  });

  it('goes to the dead letters as to what is no task, with the reason', async () => {
    const { harness, worker, lot } = await openEventWorkerHarness();
    await harness.broker.send('default', [{ id: 'strange', body: '{"type":"other"}' }]);

    expect(await worker.work(await lot(), 60_000)).toEqual([]);

    expect(await harness.broker.receiveDead('default', 10, 1_000)).toMatchObject([
      { id: 'strange', reason: 'not a task that this version knows' },
    ]);
  });

  it('comes again as to what could not be made a dead letter; the rest is run', async () => {
    const { harness, work, worker, lot } = await openEventWorkerHarness({
      broker: (real) =>
        Object.assign(real, { deadLetter: () => Promise.reject(new Error('no queue')) }),
    });
    await harness.broker.send('default', [{ id: 'strange', body: 'x' }]);
    const id = await harness.submit();

    const again = worker.work(await lot(), 60_000);
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await again).toMatchObject([{ id: 'strange' }]);
    expect(await harness.statusOf(id)).toBe('SUCCEEDED');
  });

  it('says of each delivery whether it is settled, and of nothing else', async () => {
    const kinds = fc.constantFrom('good', 'bad', 'copy', 'foreign', 'held', 'ended', 'missing');
    const property = fc.asyncProperty(fc.array(kinds, { maxLength: 12 }), async (mix) => {
      const handlers = { work: async (input: unknown) => (input === 'bad' ? fail() : null) };
      const { harness, worker, lot } = await openEventWorkerHarness({ handlers });
      const first = await harness.submit('good');
      for (const kind of mix) await sendKind(harness, kind, first);
      const deliveries = await lot();

      const again = await worker.work(deliveries, 60_000);
      const done = deliveries.filter((delivery) => !again.includes(delivery));

      expect(new Set(again).size).toBe(again.length);
      expect(deliveries).toEqual(expect.arrayContaining(again));
      await harness.broker.acknowledge(done);
      const { ready, delayed, inFlight } = await harness.depth();
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
async function sendKind(harness: RoleHarness, kind: string, first: string): Promise<void> {
  const send = (executionId: string) =>
    harness.dispatcher.dispatch([{ executionId, queue: 'default', batchId: null }]);
  switch (kind) {
    case 'copy':
      return void (await send(first));
    case 'missing':
      return void (await send(harness.entropy.uuid()));
    case 'foreign':
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
  it('is asked for again until it does', async () => {
    let failures = 3;
    const { harness, work, worker, lot } = await openEventWorkerHarness({
      store: (real) => ({
        ...real,
        claim: (...asked) =>
          failures-- > 0 ? Promise.reject(unavailable()) : real.claim(...asked),
      }),
    });
    const id = await harness.submit();

    const again = worker.work(await lot(), 60_000);
    await harness.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await again).toEqual([]);
    expect(await harness.statusOf(id)).toBe('SUCCEEDED');
  });

  it('fails the whole lot when it is time to leave, which comes again ever later', async () => {
    const { harness, worker, lot } = await openEventWorkerHarness({
      store: (real) => ({ ...real, claim: () => Promise.reject(unavailable()) }),
    });
    await harness.submit();
    const backInMs: number[] = [];

    for (let tries = 0; tries < 4; tries += 1) {
      let failure: unknown = null;
      const asked = worker.work(await lot(), 60_000).catch((error: unknown) => {
        failure = error;
      });
      await harness.pass(() => failure !== null, 'the failure');
      await asked;
      expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      const failedAt = harness.clock.now();
      await harness.pass(async () => (await harness.depth()).ready === 1, 'the message', 1_000);
      backInMs.push(harness.clock.now() - failedAt);
    }

    expect(backInMs).toEqual([1_000, 2_000, 4_000, 8_000]);
  });
});
