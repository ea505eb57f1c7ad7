/** Clauses about stats, peek, pause and purge. */
import { expect } from 'vitest';
import {
  type Clause,
  expectNothing,
  longMs,
  messages,
  sendAll,
  takeAll,
  takeDead,
  takeOne,
  toIds,
} from './broker-harness.ts';

/** Defines the clauses about administration. */
export function administrationClauses(clause: Clause): void {
  statsClauses(clause);
  peekClauses(clause);
  pauseClauses(clause);
  purgeClauses(clause);
}

function statsClauses(clause: Clause): void {
  clause('stats count ready, delayed, in-flight and dead messages', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(10));
    await sendAll(harness, queue, messages(2, { prefix: 'late', delayMs: longMs }));
    const taken = await takeAll(harness, queue, 4);
    await harness.broker.deadLetter(taken.slice(0, 1), 'broken');

    const [stats] = await harness.broker.stats([queue]);

    expect(stats).toMatchObject({ queue, ready: 6, delayed: 2, inFlight: 3, dead: 1 });
  });

  clause('stats follow expiry and acknowledgement', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(3));
    await takeAll(harness, queue, 2, 3 * harness.tickMs);
    await harness.broker.acknowledge([await takeOne(harness, queue)]);
    await harness.advance(3 * harness.tickMs);

    const [stats] = await harness.broker.stats([queue]);

    expect(stats).toMatchObject({ ready: 2, delayed: 0, inFlight: 0, dead: 0 });
  });

  clause('a queue never used has zeros', async (harness) => {
    const queue = await harness.newQueue();

    const [stats] = await harness.broker.stats([queue]);

    expect(stats).toMatchObject({ queue, ready: 0, delayed: 0, inFlight: 0, dead: 0 });
    expect(stats?.oldestMs === 0 || stats?.oldestMs === null).toBe(true);
  });

  clause('stats are returned in the requested order', async (harness) => {
    const [one, two] = [await harness.newQueue(), await harness.newQueue()];
    await sendAll(harness, two, messages(1));

    const stats = await harness.broker.stats([two, one, two]);

    expect(stats.map(({ queue, ready }) => [queue, ready])).toEqual([
      [two, 1],
      [one, 0],
      [two, 1],
    ]);
  });

  clause('stats show the age of the oldest message', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1, { prefix: 'old' }));
    await harness.advance(2 * harness.tickMs);
    await sendAll(harness, queue, messages(1, { prefix: 'new' }));

    const [stats] = await harness.broker.stats([queue]);

    expect(stats?.oldestMs).toBeGreaterThanOrEqual(2 * harness.tickMs);
  });
}

function peekClauses(clause: Clause): void {
  clause('a peek shows ready messages and delivers none', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(3));

    const seen = await harness.broker.peek(queue, 10);

    const known = toIds(messages(3));
    expect(seen.length).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining(toIds(seen)));
    expect(new Set(seen.map(({ receipt }) => receipt))).toEqual(new Set(['']));
    expect(toIds(await takeAll(harness, queue, 3))).toEqual(known);
  });

  clause('a peek shows at most the requested number of messages', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(5));

    expect((await harness.broker.peek(queue, 2)).length).toBeLessThanOrEqual(2);
  });

  clause('a peek shows no message that is delayed or in flight', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(2));
    await takeAll(harness, queue, 2);
    await sendAll(harness, queue, messages(1, { prefix: 'late', delayMs: longMs }));

    expect(await harness.broker.peek(queue, 10)).toEqual([]);
  });

  clause('a receipt from a peek has no effect', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));

    await harness.broker.acknowledge(await harness.broker.peek(queue, 1));

    await takeOne(harness, queue);
  });
}

function pauseClauses(clause: Clause): void {
  clause(
    'a paused queue accepts messages and delivers none until it is resumed',
    async (harness) => {
      const queue = await harness.newQueue();
      await sendAll(harness, queue, messages(1, { prefix: 'before' }));
      await harness.broker.pause(queue);
      await sendAll(harness, queue, messages(1, { prefix: 'after' }));
      await expectNothing(harness, queue);

      await harness.broker.resume(queue);

      expect(toIds(await takeAll(harness, queue, 2))).toEqual(['after-0', 'before-0']);
    },
  );

  clause('stats show whether a queue is paused', async (harness) => {
    const queue = await harness.newQueue();
    await harness.broker.pause(queue);
    const [paused] = await harness.broker.stats([queue]);
    await harness.broker.resume(queue);
    const [resumed] = await harness.broker.stats([queue]);

    expect([paused?.paused, resumed?.paused]).toEqual([true, false]);
  });

  clause('a message delivered before a pause can be acknowledged during it', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue);
    await harness.broker.pause(queue);

    expect(await harness.broker.extend([delivery], longMs)).toEqual([]);
    expect(await harness.broker.acknowledge([delivery])).toEqual([]);
  });

  clause('a paused queue does not block the other queues of a receive', async (harness) => {
    const [paused, open] = [await harness.newQueue(), await harness.newQueue()];
    await sendAll(harness, paused, messages(1, { prefix: 'paused' }));
    await sendAll(harness, open, messages(1, { prefix: 'open' }));
    await harness.broker.pause(paused);

    const request = { queues: [paused, open], max: 10, visibilityMs: longMs, waitMs: 0 };

    expect(toIds(await harness.broker.receive(request))).toEqual(['open-0']);
  });

  clause('a paused queue still delivers its dead letters', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    await harness.broker.deadLetter([await takeOne(harness, queue)], 'broken');
    await harness.broker.pause(queue);

    await takeDead(harness, queue, 1);
  });
}

function purgeClauses(clause: Clause): void {
  clause('a purge deletes ready, delayed and in-flight messages', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(4));
    await sendAll(harness, queue, messages(1, { prefix: 'late', delayMs: 2 * harness.tickMs }));
    await takeAll(harness, queue, 2, 2 * harness.tickMs);

    await harness.broker.purge(queue);

    await harness.advance(3 * harness.tickMs);
    await expectNothing(harness, queue);
  });

  clause('a purge returns how many messages it deleted', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(4));
    await takeAll(harness, queue, 1);

    expect(await harness.broker.purge(queue)).toBe(4);
    expect(await harness.broker.purge(queue)).toBe(0);
  });

  clause('a purge voids the receipts of the messages it deletes', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue);
    await harness.broker.purge(queue);

    await harness.broker.release([delivery], 0);

    await expectNothing(harness, queue);
  });

  clause('a purge does not change other queues', async (harness) => {
    const [queue, other] = [await harness.newQueue(), await harness.newQueue()];
    await sendAll(harness, queue, messages(1));
    await sendAll(harness, other, messages(2));
    const held = (await takeAll(harness, other, 2)).slice(0, 1);

    await harness.broker.purge(queue);

    expect(await harness.broker.release(held, 0)).toEqual([]);
    await takeOne(harness, other);
  });

  clause('a purge keeps the dead letters', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    await harness.broker.deadLetter([await takeOne(harness, queue)], 'broken');

    await harness.broker.purge(queue);

    await takeDead(harness, queue, 1);
  });

  clause('a purged queue keeps working, and stays paused if it was', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1, { prefix: 'old' }));
    await harness.broker.pause(queue);
    await harness.broker.purge(queue);
    await sendAll(harness, queue, messages(1, { prefix: 'new' }));
    await expectNothing(harness, queue);

    await harness.broker.resume(queue);

    expect(await takeOne(harness, queue)).toMatchObject({ id: 'new-0' });
  });
}
