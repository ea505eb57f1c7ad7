/** What a leader does when executions of a batch fail: pause, hold back, stop, and end. */
import { describe, expect, it } from 'vitest';
import type { BatchOptionsInput } from '../../../lib/batch/batch-options.ts';
import type { Handler } from '../../../lib/drivers/handlers/handler.ts';
import { endBatch, type LeaderHarness, openLeaderHarness } from '../../support/leader-harness.ts';
import { HeldHandler } from '../../support/role-harness.ts';

/** A harness whose handler fails while `isDown` says so. */
async function openFailing(isDown: () => boolean = () => true) {
  let calls = 0;
  const harness = await openLeaderHarness({
    handlers: {
      work: (item: number) => {
        calls += 1;
        if (isDown()) throw new Error('down');
        return item;
      },
    },
  });
  return { harness, calls: () => calls };
}

function roles(harness: LeaderHarness) {
  return [harness.leader(), harness.worker(), harness.sweeper()];
}

async function changesOf(harness: LeaderHarness, batchId: string) {
  const { entries } = await harness.store.listOrders({ object: `batch:${batchId}` }, { limit: 10 });
  return entries.map(({ action, by, reason }) => ({ action, by, reason }));
}

describe('a batch in which everything fails', () => {
  it('10,000 items that all fail cost at most 400 attempts before the batch pauses', async () => {
    const { harness, calls } = await openFailing();
    const id = await harness.batch(10_000);

    const batch = await endBatch(harness, id);

    expect(batch).toMatchObject({ status: 'PAUSED', onHold: true, failed: 0 });
    expect(batch.created).toBeLessThanOrEqual(400);
    expect(calls()).toBeLessThanOrEqual(400);
    expect(await changesOf(harness, id)).toEqual([
      { action: 'pauseBatch', by: 'leader', reason: batch.reason },
    ]);
  });

  it('a paused batch spends no attempt, however long it stays paused', async () => {
    const { harness, calls } = await openFailing();
    const id = await harness.batch(1_000);
    const running = roles(harness);
    for (const role of running) role.start();
    await harness.pass(async () => (await harness.get(id)).status === 'PAUSED', 'the pause');
    const spent = calls();

    await harness.clock.advance(600_000);
    await harness.clock.advance(600_000);

    expect(calls()).toBe(spent);
    expect((await harness.store.getBatchStats(id)).open).toMatchObject({
      heldBack: (await harness.get(id)).created,
    });
    await Promise.all(running.map((role) => harness.stop(role)));
  });

  it('a resumed batch runs what was held back, and succeeds when the failures are over', async () => {
    let isDown = true;
    const { harness } = await openFailing(() => isDown);
    const id = await harness.batch(1_000);
    await endBatch(harness, id);
    isDown = false;

    await harness.store.transitionBatch({
      batchId: id,
      from: ['PAUSED'],
      to: 'RUNNING',
      reason: null,
    });
    const batch = await endBatch(harness, id);

    expect(batch).toMatchObject({ status: 'SUCCEEDED', created: 1_000, succeeded: 1_000 });
  });

  it('a batch with a severe threshold ends FAILED, and aborts what has not begun', async () => {
    const { harness, calls } = await openFailing();
    const id = await harness.batch(10_000, { failurePolicy: { severeThreshold: 0.9 } });

    const batch = await endBatch(harness, id);

    expect(batch).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('at or above the severe threshold of 90 %'),
      onHold: false,
    });
    expect(batch.aborted + batch.failed).toBe(batch.created);
    expect(batch.created).toBeLessThanOrEqual(400);
    expect(calls()).toBeLessThanOrEqual(400);
    expect(await changesOf(harness, id)).toMatchObject([{ action: 'stopBatch', by: 'leader' }]);
  });
});

describe('stopping at the first error', () => {
  it('a batch that stops at an error lets what runs finish, and aborts the rest', async () => {
    const held = new HeldHandler();
    const work: Handler = async (item, context) => {
      const output = await held.handler(item, context);
      if (output === 'fail') throw new Error('down');
      return output;
    };
    const harness = await openLeaderHarness({ handlers: { work } });
    const id = await harness.batch(20, { stopOnError: true, retriesMax: 0 });
    const running = [harness.leader(), harness.worker({ concurrency: 2 }), harness.sweeper()];
    for (const role of running) role.start();
    await harness.pass(() => held.calls.length === 2, 'two calls');

    held.answer(0, 'fail');
    await harness.pass(async () => (await harness.get(id)).onHold, 'the stop');
    expect(held.calls[1]?.context.signal.aborted).toBe(false);
    for (let call = 1; call < held.calls.length; call += 1) held.answer(call);
    await harness.pass(async () => (await harness.get(id)).endedAt !== null, 'the end');

    const batch = await harness.get(id);
    expect(batch).toMatchObject({
      status: 'FAILED',
      reason: '1 failed, and stopOnError is set',
      failed: 1,
    });
    expect(batch.succeeded + batch.aborted).toBe(19);
    expect(batch.aborted).toBeGreaterThan(0);
    await Promise.all(running.map((role) => harness.stop(role)));
  });
});

describe('a batch some of whose executions fail', () => {
  const everyTenth = {
    work: (item: number) => {
      if (item % 10 === 3) throw new Error('three');
      return item;
    },
  };

  async function end(options: BatchOptionsInput) {
    const harness = await openLeaderHarness({ handlers: everyTenth });
    const given = { retriesMax: 0, failurePolicy: null, ...options };
    return endBatch(harness, await harness.batch(50, given));
  }

  it('a batch works off every item, and is FAILED when one failed for good', async () => {
    expect(await end({})).toMatchObject({
      status: 'FAILED',
      reason: '5 of 50 failed, 0 are tolerated',
      succeeded: 45,
      failed: 5,
    });
  });

  it('a batch that tolerates its failures is SUCCEEDED', async () => {
    expect(await end({ toleratedFailureCount: 5 })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await end({ toleratedFailurePercentage: 10 })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await end({ toleratedFailureCount: 4 })).toMatchObject({ status: 'FAILED' });
  });
});

describe('a paused batch', () => {
  it('a batch that was being stopped and is paused ends FAILED when nothing is left', async () => {
    const { harness } = await openFailing();
    const id = await harness.batch(5, { stopOnError: true, retriesMax: 0 });
    const [first, second, worker] = [harness.leader(), harness.leader(), harness.worker()];
    await first.tick(new AbortController().signal);
    await harness.store.saveBatchMemory(id, 1, JSON.stringify({ stopping: 'it was enough' }));
    await first.release();
    const from = ['RUNNING'] as const;
    await harness.store.transitionBatch({ batchId: id, from, to: 'PAUSED', reason: 'a person' });
    for (const role of [second, worker]) role.start();

    await harness.pass(async () => (await harness.get(id)).endedAt !== null, 'the end');
    await Promise.all([second, worker].map((role) => harness.stop(role)));

    expect(await harness.get(id)).toMatchObject({ status: 'FAILED', reason: 'it was enough' });
  });

  it('a paused batch in which nothing is left to do ends as its counters say', async () => {
    const { harness } = await openFailing(() => false);
    const id = await harness.batch(3);
    const running = roles(harness);
    await running[0]?.tick(new AbortController().signal);
    await harness.store.transitionBatch({
      batchId: id,
      from: ['RUNNING'],
      to: 'PAUSED',
      reason: 'a person',
    });
    for (const role of running) role.start();

    await harness.pass(async () => (await harness.get(id)).endedAt !== null, 'the end');

    expect(await harness.get(id)).toMatchObject({ status: 'SUCCEEDED', succeeded: 3 });
    await Promise.all(running.map((role) => harness.stop(role)));
  });
});
