/** Clauses about how long a delivered message is hidden. */
import { expect } from 'vitest';
import {
  type Clause,
  expectNothing,
  longMs,
  messages,
  only,
  sendAll,
  takeAll,
  takeOne,
  toIds,
} from './broker-harness.ts';

/** Defines the clauses about visibility. */
export function visibilityClauses(clause: Clause): void {
  expiryClauses(clause);
  acknowledgeClauses(clause);
  extendClauses(clause);
  releaseClauses(clause);
}

function expiryClauses(clause: Clause): void {
  clause('a delivered message is hidden from others', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    await takeOne(harness, queue);

    await expectNothing(harness, queue);
  });

  clause('a message comes back after its visibility timeout as delivery 2', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    await takeOne(harness, queue, harness.tickMs);

    await harness.advance(harness.tickMs);

    expect(await takeOne(harness, queue)).toMatchObject({ id: 'task-0', deliveries: 2 });
  });

  clause('a visibility timeout applies to its delivery only', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const first = await takeOne(harness, queue, longMs);
    await harness.broker.release([first], 0);
    await takeOne(harness, queue, harness.tickMs);

    await harness.advance(harness.tickMs);

    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 3 });
  });

  clause('a visibility timeout of 0 does not hide the message', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    await takeOne(harness, queue, 0);

    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 2 });
  });
}

function acknowledgeClauses(clause: Clause): void {
  clause('an acknowledged message never comes back', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue, harness.tickMs);

    expect(await harness.broker.acknowledge([delivery])).toEqual([]);

    await harness.advance(2 * harness.tickMs);
    await expectNothing(harness, queue);
  });

  clause('an acknowledgement does not change other deliveries', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(5));
    const deliveries = await takeAll(harness, queue, 5);
    const done = deliveries.filter(({ id }) => id === 'task-1' || id === 'task-3');

    await harness.broker.acknowledge(done);
    await harness.broker.release(
      deliveries.filter((delivery) => !done.includes(delivery)),
      0,
    );

    const left = await takeAll(harness, queue, 3);
    expect(toIds(left)).toEqual(['task-0', 'task-2', 'task-4']);
  });

  clause('any number of deliveries is acknowledged in one call', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(57));
    const deliveries = await takeAll(harness, queue, 57);

    expect(await harness.broker.acknowledge(deliveries)).toEqual([]);
    expect(await harness.broker.stats([queue])).toMatchObject([{ ready: 0, inFlight: 0 }]);
  });

  clause('one call acknowledges deliveries of several queues', async (harness) => {
    const [one, two] = [await harness.newQueue(), await harness.newQueue()];
    await sendAll(harness, one, messages(1));
    await sendAll(harness, two, messages(1));
    const both = [await takeOne(harness, one), await takeOne(harness, two)];

    await harness.broker.acknowledge(both);

    const stats = await harness.broker.stats([one, two]);
    expect(stats).toMatchObject([{ inFlight: 0 }, { inFlight: 0 }]);
  });
}

function extendClauses(clause: Clause): void {
  clause(
    'an extended delivery stays hidden beyond its first visibility timeout',
    async (harness) => {
      const queue = await harness.newQueue();
      await sendAll(harness, queue, messages(1));
      const delivery = await takeOne(harness, queue, 3 * harness.tickMs);

      expect(await harness.broker.extend([delivery], longMs)).toEqual([]);

      await harness.advance(4 * harness.tickMs);
      await expectNothing(harness, queue);
    },
  );

  clause('an extension counts from the call, so it can also shorten', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue, longMs);

    await harness.broker.extend([delivery], harness.tickMs);

    await harness.advance(harness.tickMs);
    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 2 });
  });

  clause('an extended delivery is acknowledged by the same receipt', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue, 3 * harness.tickMs);
    await harness.broker.extend([delivery], 9 * harness.tickMs);
    await harness.advance(4 * harness.tickMs);

    expect(await harness.broker.acknowledge([delivery])).toEqual([]);

    await harness.advance(6 * harness.tickMs);
    await expectNothing(harness, queue);
  });

  clause('an extension does not count as a delivery', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue);
    await harness.broker.extend([delivery], longMs);
    await harness.broker.extend([delivery], longMs);
    await harness.broker.release([delivery], 0);

    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 2 });
  });
}

function releaseClauses(clause: Clause): void {
  clause('a released message is ready at once, and its delivery counts', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const first = await takeOne(harness, queue);

    expect(await harness.broker.release([first], 0)).toEqual([]);

    const second = await takeOne(harness, queue);
    expect(second).toMatchObject({ id: first.id, body: first.body, deliveries: 2 });
    expect(second.receipt).not.toBe(first.receipt);
  });

  clause('a message released with a delay is ready after the delay', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue);

    await harness.broker.release([delivery], 2 * harness.tickMs);

    await expectNothing(harness, queue);
    await harness.advance(2 * harness.tickMs);
    await takeOne(harness, queue);
  });

  clause('a release replaces the rest of the visibility timeout', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue, harness.tickMs);

    await harness.broker.release([delivery], longMs);

    await harness.advance(2 * harness.tickMs);
    await expectNothing(harness, queue);
  });

  clause('many deliveries are released in one call', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(25));
    await harness.broker.release(await takeAll(harness, queue, 25), 0);

    const again = await takeAll(harness, queue, 25);

    expect(only([...new Set(again.map(({ deliveries }) => deliveries))])).toBe(2);
  });
}
