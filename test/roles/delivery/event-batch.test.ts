/** A long event batch: its deadline, and control updates. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../lib/ports/broker.ts';
import { openEventWorkerHarness, recordCalls } from '../../support/event-worker-harness.ts';
import { unavailable } from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';

describe('the deadline of an event batch', () => {
  it('an event batch stops starting steps, then aborts handlers, and releases everything before its deadline', async () => {
    const { harness, work, worker, receive } = await openEventWorkerHarness(
      {},
      { marginMs: 5_000, graceMs: 10_000 },
    );
    const ids = await Promise.all([harness.submit(), harness.submit()]);
    const deliveries = await receive();
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
    expect(await harness.readStatus(ids[0] ?? '')).toBe('SUCCEEDED');
    expect(await harness.store.getExecution(ids[1] ?? '')).toMatchObject({
      status: 'RUNNING',
      attempts: 0,
    });
    // It can be delivered and claimed at once.
    expect(await harness.depth()).toMatchObject({ ready: 1 });
    expect(await harness.claim(ids[1] ?? '')).toMatchObject({ stalls: 1 });
  });

  it('the deadline costs an execution between two steps neither a stall nor an attempt', async () => {
    const { harness, work, worker, receive } = await openEventWorkerHarness(
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
    const deliveries = await receive();
    const again = worker.work(deliveries, 100_000);
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(86_000);
    work.answer(0);

    expect(await again).toEqual(deliveries);
    expect(work.calls).toHaveLength(1);
    expect(await harness.claim(id)).toMatchObject({ stalls: 0, attempts: 0 });
  });

  it('an execution that never ends within the time of an event batch fails as stalled', async () => {
    const { harness, work, worker, receive } = await openEventWorkerHarness();
    const id = await harness.submit();
    const isOpen = async () => (await harness.readStatus(id)) !== 'FAILED';

    for (let batches = 0; batches < 10 && (await isOpen()); batches += 1) {
      const deliveries = await receive(10);
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

  it('a short invocation keeps most of its time for the work', async () => {
    const { harness, work, worker, receive } = await openEventWorkerHarness();
    await harness.submit();
    const again = worker.work(await receive(), 6_000);
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(3_900);
    work.answer(0);

    expect(await again).toEqual([]);
  });

  it('an event batch answers before its deadline although the store does not answer, and its lease outlasts the deadline', async () => {
    let isStuck = false;
    const { harness, work, worker, receive } = await openEventWorkerHarness({
      store: (real) => ({
        ...real,
        commit: (...asked) => (isStuck ? new Promise(() => {}) : real.commit(...asked)),
        endLease: () => new Promise(() => {}),
      }),
    });
    const id = await harness.submit();
    const deliveries = await receive();
    const again = worker.work(deliveries, 60_000);
    await until(() => work.calls.length === 1, 'the call');
    isStuck = true;
    work.answer(0);

    await harness.clock.advance(59_000);

    expect(await again).toEqual(deliveries);
    expect(harness.logger.entries).toContainEqual(
      expect.objectContaining({
        message: 'event batch not settled: the remaining tasks will be delivered again',
      }),
    );
    const { refused } = await harness.store.claim('next', 1_000, [id]);
    expect(refused).toEqual([{ id, reason: 'held', ms: 6_000 }]);
  });

  it('an event batch whose checkpoint cannot be written ends its lease and leaves its worker id', async () => {
    const { calls, store } = recordCalls('endLease');
    const workers = new Set<string>();
    let refuses = false;
    const { harness, work, worker, receive } = await openEventWorkerHarness({
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
    const first = worker.work(await receive(), 900_000);
    await until(() => work.calls.length === 1, 'the call');
    refuses = true;
    work.answer(0);
    await harness.pass(() => calls.length === 1, 'the end of the lease');
    refuses = false;
    expect(await first).toHaveLength(1);

    const id = await harness.submit();
    const second = worker.work(await receive(), 900_000);
    await until(() => work.calls.length > 1, 'the next call');
    for (let index = 1; index < work.calls.length; index += 1) work.answer(index);
    await second;

    expect(workers.size).toBe(2);
    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
  });
});

describe('control updates', () => {
  it('control updates are polled every ten seconds', async () => {
    const { calls, store } = recordCalls('heartbeat');
    const { harness, work, worker, receive } = await openEventWorkerHarness({ store });
    await harness.submit();
    const again = worker.work(await receive(), 900_000);
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

  it('an abort request stops the execution', async () => {
    const { harness, work, worker, receive } = await openEventWorkerHarness();
    const id = await harness.submit();
    const again = worker.work(await receive(), 900_000);
    await until(() => work.calls.length === 1, 'the call');

    await harness.store.requestAbort([id]);
    await harness.clock.advance(10_000);

    expect(await again).toEqual([]);
    expect(await harness.readStatus(id)).toBe('ABORTED');
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
  });
});
