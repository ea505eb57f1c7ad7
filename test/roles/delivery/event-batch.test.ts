/** A lot that takes long: its deadline, and news. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../lib/ports/broker.ts';
import {
  openEventWorkerHarness,
  receive,
  recordingCalls,
} from '../../support/event-worker-harness.ts';
import { unavailable } from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';

describe('the deadline', () => {
  it('ends the beginning of steps, then the handlers, and all is handed back before it', async () => {
    const { harness, work, worker, lot } = await openEventWorkerHarness(
      {},
      { marginMs: 5_000, graceMs: 10_000 },
    );
    const ids = await Promise.all([harness.submit(), harness.submit()]);
    const deliveries = await lot();
    const answeredAt = worker.work(deliveries, 100_000).then((again) => {
      return { again, at: harness.clock.now() };
    });
    const startedAt = harness.clock.now();
    await until(() => work.calls.length === 2, 'two calls');

    await harness.clock.advance(86_000);
    expect(work.calls[1]?.context.signal.aborted).toBe(false);
    work.answer(0);
    await harness.clock.advance(10_000);
    const { again, at } = await answeredAt;

    expect(at - startedAt).toBeLessThanOrEqual(96_000);
    expect(work.calls[1]?.context.signal.aborted).toBe(true);
    expect(again.map(({ body }) => JSON.parse(body).executionId)).toEqual([ids[1]]);
    expect(await harness.statusOf(ids[0] ?? '')).toBe('SUCCEEDED');
    expect(await harness.store.getExecution(ids[1] ?? '')).toMatchObject({
      status: 'RUNNING',
      attempts: 0,
    });
    // Redelivered at once, and free.
    expect(await harness.depth()).toMatchObject({ ready: 1 });
    expect(await harness.claim(ids[1] ?? '')).toMatchObject({ stalls: 1 });
  });

  it('costs an execution nothing that is between two steps', async () => {
    const { harness, work, worker, lot } = await openEventWorkerHarness(
      {},
      { marginMs: 5_000, graceMs: 10_000 },
    );
    await harness.register({
      StartAt: 'One',
      States: {
        One: { Type: 'Task', Resource: 'work', Next: 'Two' },
        Two: { Type: 'Task', Resource: 'work', End: true },
      },
    });
    const id = await harness.submit({}, { machineVersion: 2 });
    const deliveries = await lot();
    const again = worker.work(deliveries, 100_000);
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(86_000);
    work.answer(0);

    expect(await again).toEqual(deliveries);
    expect(work.calls).toHaveLength(1);
    expect(await harness.claim(id)).toMatchObject({ stalls: 0, attempts: 0 });
  });

  it('gives up what never comes to its end in the time that there is', async () => {
    const { harness, work, worker } = await openEventWorkerHarness();
    const id = await harness.submit();
    const isOpen = async () => (await harness.statusOf(id)) !== 'FAILED';

    for (let lots = 0; lots < 10 && (await isOpen()); lots += 1) {
      const deliveries = await receive(harness, 10);
      let again: readonly Delivery[] | null = null;
      const working = worker.work(deliveries, 60_000).then((answer) => {
        again = answer;
      });
      await harness.pass(() => again !== null, 'the answer');
      await working;
    }

    expect(work.calls).toHaveLength(6);
    expect(await harness.store.getExecution(id)).toMatchObject({ error: 'Millrace.Stalled' });
  });

  it('leaves a short function most of its time', async () => {
    const { harness, work, worker, lot } = await openEventWorkerHarness();
    await harness.submit();
    const again = worker.work(await lot(), 6_000);
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(3_900);
    work.answer(0);

    expect(await again).toEqual([]);
  });

  it('is kept though the store never answers again; the lease outlasts it', async () => {
    let isStuck = false;
    const { harness, work, worker, lot } = await openEventWorkerHarness({
      store: (real) => ({
        ...real,
        commit: (...asked) => (isStuck ? new Promise(() => {}) : real.commit(...asked)),
        endLease: () => new Promise(() => {}),
      }),
    });
    const id = await harness.submit();
    const deliveries = await lot();
    const again = worker.work(deliveries, 60_000);
    await until(() => work.calls.length === 1, 'the call');
    isStuck = true;
    work.answer(0);

    await harness.clock.advance(59_000);

    expect(await again).toEqual(deliveries);
    expect(harness.logger.entries).toContainEqual(
      expect.objectContaining({
        message: 'not all that was delivered is settled; the rest comes again',
      }),
    );
    const { refused } = await harness.store.claim('next', 1_000, [id]);
    expect(refused).toEqual([{ id, reason: 'held', ms: 6_000 }]);
  });

  it('makes of what could not be written a lease that is ended, and another id', async () => {
    const { calls, store } = recordingCalls('endLease');
    const workers = new Set<string>();
    let refuses = false;
    const { harness, work, worker, lot } = await openEventWorkerHarness({
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
    await harness.submit();
    const first = worker.work(await lot(), 900_000);
    await until(() => work.calls.length === 1, 'the call');
    refuses = true;
    work.answer(0);
    await harness.pass(() => calls.length === 1, 'the end of the lease');
    refuses = false;
    expect(await first).toHaveLength(1);

    const id = await harness.submit();
    const second = worker.work(await lot(), 900_000);
    await until(() => work.calls.length > 1, 'the next call');
    for (let index = 1; index < work.calls.length; index += 1) work.answer(index);
    await second;

    expect(workers.size).toBe(2);
    expect(await harness.statusOf(id)).toBe('SUCCEEDED');
  });
});

describe('news', () => {
  it('is asked for after ten seconds, and then every ten', async () => {
    const { calls, store } = recordingCalls('heartbeat');
    const { harness, work, worker, lot } = await openEventWorkerHarness({ store });
    await harness.submit();
    const again = worker.work(await lot(), 900_000);
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(9_999);
    expect(calls).toHaveLength(0);
    await harness.clock.advance(20_001);
    expect(calls).toHaveLength(3);

    work.answer(0);
    await again;
    await settle();
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('of an abort stops the execution', async () => {
    const { harness, work, worker, lot } = await openEventWorkerHarness();
    const id = await harness.submit();
    const again = worker.work(await lot(), 900_000);
    await until(() => work.calls.length === 1, 'the call');

    await harness.store.requestAbort([id]);
    await harness.clock.advance(10_000);

    expect(await again).toEqual([]);
    expect(await harness.statusOf(id)).toBe('ABORTED');
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
  });
});
