/** Clauses about receipts that are no longer valid, or never were. */
import { expect } from 'vitest';
import type { Delivery } from '../../../lib/ports/broker.ts';
import {
  type BrokerHarness,
  type Clause,
  expectNoneDead,
  expectNothing,
  longMs,
  messages,
  sendAll,
  takeAll,
  takeDead,
  takeOne,
  toIds,
} from './broker-harness.ts';

/** Defines the clauses about receipts. */
export function receiptClauses(clause: Clause): void {
  voidReceiptClauses(clause);
  reportClauses(clause);
}

/** Delivers a message twice: the first delivery has expired, the second is held. */
async function redeliver(harness: BrokerHarness) {
  const queue = await harness.newQueue();
  await sendAll(harness, queue, messages(1));
  const old = await takeOne(harness, queue, harness.tickMs);
  await harness.advance(harness.tickMs);
  const current = await takeOne(harness, queue, longMs);
  return { queue, old, current };
}

async function expectStillHeld(harness: BrokerHarness, queue: string, current: Delivery) {
  await expectNothing(harness, queue);
  await expectNoneDead(harness, queue);
  expect(await harness.broker.release([current], 0)).toEqual([]);
  expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 3 });
}

function voidReceiptClauses(clause: Clause): void {
  clause('an old receipt does not acknowledge a newer delivery', async (harness) => {
    const { queue, old, current } = await redeliver(harness);

    await harness.broker.acknowledge([old]);

    await expectStillHeld(harness, queue, current);
  });

  clause('an old receipt does not release a newer delivery', async (harness) => {
    const { queue, old, current } = await redeliver(harness);

    await harness.broker.release([old], 0);

    await expectStillHeld(harness, queue, current);
  });

  clause('an old receipt neither shortens nor extends a newer delivery', async (harness) => {
    const { queue, old, current } = await redeliver(harness);

    await harness.broker.extend([old], 0);

    await expectStillHeld(harness, queue, current);
  });

  clause('an old receipt does not dead-letter a newer delivery', async (harness) => {
    const { queue, old, current } = await redeliver(harness);

    await harness.broker.deadLetter([old], 'late');

    await expectStillHeld(harness, queue, current);
  });

  clause('a second acknowledgement does no harm', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(2));
    const deliveries = await takeAll(harness, queue, 2);
    const done = deliveries.filter(({ id }) => id === 'task-0');

    await harness.broker.acknowledge(done);
    await harness.broker.acknowledge(done);
    await harness.broker.release(deliveries, 0);

    expect(await takeOne(harness, queue)).toMatchObject({ id: 'task-1' });
    await expectNothing(harness, queue);
  });
}

function reportClauses(clause: Clause): void {
  clause('receipts that had their effect are not returned', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(3));
    const [one, two, three] = await takeAll(harness, queue, 3);
    if (one === undefined || two === undefined || three === undefined) throw new Error('three');

    expect(await harness.broker.extend([one], longMs)).toEqual([]);
    expect(await harness.broker.acknowledge([one])).toEqual([]);
    expect(await harness.broker.release([two], 0)).toEqual([]);
    expect(await harness.broker.deadLetter([three], 'why')).toEqual([]);
  });

  clause('an old receipt is returned', async (harness) => {
    const { old } = await redeliver(harness);

    expect(await harness.broker.extend([old], longMs)).toEqual([old.receipt]);
    expect(await harness.broker.release([old], 0)).toEqual([old.receipt]);
    expect(await harness.broker.deadLetter([old], 'late')).toEqual([old.receipt]);
  });

  clause('the receipt of a late acknowledgement is returned', async (harness) => {
    const { old } = await redeliver(harness);

    expect(await harness.broker.acknowledge([old])).toEqual([old.receipt]);
  });

  clause('a receipt of an acknowledged message is void', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue);
    await harness.broker.acknowledge([delivery]);

    expect(await harness.broker.extend([delivery], longMs)).toEqual([delivery.receipt]);
    expect(await harness.broker.release([delivery], 0)).toEqual([delivery.receipt]);
    await expectNothing(harness, queue);
  });

  clause('a void receipt does not affect the valid ones of a call', async (harness) => {
    const { queue, old } = await redeliver(harness);
    await sendAll(harness, queue, messages(12, { prefix: 'good' }));
    const good = await takeAll(harness, queue, 12);

    await harness.broker.acknowledge([...good.slice(0, 6), old, ...good.slice(6)]);

    expect(await harness.broker.extend(good, longMs)).toEqual(good.map(({ receipt }) => receipt));
  });

  clause('only the void receipt of a call is returned', async (harness) => {
    const { queue, old } = await redeliver(harness);
    await sendAll(harness, queue, messages(14, { prefix: 'good' }));
    const good = await takeAll(harness, queue, 14);
    const mixed = [...good.slice(0, 11), old, ...good.slice(11)];

    expect(await harness.broker.extend(mixed, longMs)).toEqual([old.receipt]);
    expect(await harness.broker.release(mixed, 0)).toEqual([old.receipt]);
    const again = await takeAll(harness, queue, 14);
    expect(await harness.broker.deadLetter([old, ...again], 'why')).toEqual([old.receipt]);
    await takeDead(harness, queue, 14);
  });

  clause('one call settles deliveries and dead letters of several queues', async (harness) => {
    const [one, two] = [await harness.newQueue(), await harness.newQueue()];
    await sendAll(harness, one, messages(1));
    await sendAll(harness, two, messages(2));
    const [dead, kept] = await takeAll(harness, two, 2);
    if (dead === undefined || kept === undefined) throw new Error('two');
    await harness.broker.deadLetter([dead], 'why');
    const all = [
      await takeOne(harness, one),
      kept,
      ...(await takeDead(harness, two, 1, 3 * harness.tickMs)),
    ];

    expect(await harness.broker.extend(all, longMs)).toEqual([]);
    await harness.advance(4 * harness.tickMs);
    await expectNoneDead(harness, two);
    expect(await harness.broker.acknowledge(all)).toEqual([]);
    const stats = await harness.broker.stats([one, two]);
    expect(stats).toMatchObject([{ inFlight: 0 }, { inFlight: 0, dead: 0 }]);
  });

  clause('an invented receipt has no effect', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(2));
    const [held, other] = await takeAll(harness, queue, 2);
    if (held === undefined || other === undefined) throw new Error('two');
    const invented = { ...held, receipt: '__proto__' };

    expect(await harness.broker.extend([invented], 0)).toEqual(['__proto__']);
    await harness.broker.acknowledge([invented]);
    await harness.broker.release([held, other], 0);

    expect(toIds(await takeAll(harness, queue, 2))).toEqual(['task-0', 'task-1']);
  });
}
