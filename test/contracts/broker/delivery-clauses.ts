/** Clauses about contents, amounts and queues of deliveries. */
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
  takeUpTo,
  toIds,
} from './broker-harness.ts';

/** Defines the clauses about delivery. */
export function deliveryClauses(clause: Clause): void {
  contentClauses(clause);
  amountClauses(clause);
  queueClauses(clause);
}

function contentClauses(clause: Clause): void {
  clause('a message comes back with its id, its body and its queue', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, [{ id: 'a_B-9', body: '{"n":1}' }]);

    const delivery = await takeOne(harness, queue);

    expect(delivery).toMatchObject({ queue, id: 'a_B-9', body: '{"n":1}' });
  });

  clause('a body comes back byte for byte', async (harness) => {
    const queue = await harness.newQueue();
    const bodies = [
      '{"b":1,"a":2,"__proto__":{"$":null},"constructor":[]}',
      '"\\u0000 \\ud800 é 日本 <&>\\" \u00a0\u2028"',
      ' \t\n\r[ 1e400 , 10000000000000000001 ] ',
      'null',
    ];
    await sendAll(
      harness,
      queue,
      bodies.map((body, index) => ({ id: `${index}`, body })),
    );

    const deliveries = await takeAll(harness, queue, bodies.length);

    for (const { id, body } of deliveries) expect(body).toBe(bodies[Number(id)]);
  });

  clause('a body with characters beyond U+FFFF comes back byte for byte', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, [{ id: 'train', body: '"🚂\u{10FFFD}"' }]);

    expect((await takeOne(harness, queue)).body).toBe('"🚂\u{10FFFD}"');
  });

  clause('the first delivery of a message counts 1', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));

    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 1 });
  });

  clause('a message carries its group, and null without one', async (harness) => {
    const queue = await harness.newQueue();
    const groupId = `batch:7/${'x'.repeat(119)}!`;
    await sendAll(harness, queue, [
      { id: 'grouped', body: '1', groupId },
      { id: 'alone', body: '2' },
    ]);

    const deliveries = await takeAll(harness, queue, 2);

    const groups = Object.fromEntries(deliveries.map(({ id, groupId: group }) => [id, group]));
    expect(groups).toEqual({ grouped: groupId, alone: null });
  });

  clause('the time of sending stays the same in every delivery', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const first = await takeOne(harness, queue);
    await harness.advance(harness.tickMs);
    await harness.broker.release([first], 0);

    const second = await takeOne(harness, queue);

    expect(first.sentAt).toBeGreaterThan(0);
    expect(second.sentAt).toBe(first.sentAt);
  });
}

function amountClauses(clause: Clause): void {
  clause('every message of a large send is delivered', async (harness) => {
    const queue = await harness.newQueue();
    const outgoing = messages(230);
    await sendAll(harness, queue, outgoing);

    const deliveries = await takeAll(harness, queue, 230);

    expect(toIds(deliveries)).toEqual(toIds(outgoing));
    await expectNothing(harness, queue);
  });

  clause('receivers at the same time get different messages', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(40));

    const calls = Array.from({ length: 8 }, () => takeUpTo(harness, queue, 5));
    const taken = (await Promise.all(calls)).flat();

    expect(new Set(toIds(taken)).size).toBe(taken.length);
    await takeAll(harness, queue, 40 - taken.length);
    await expectNothing(harness, queue);
  });

  clause('a receive returns at most the requested number of messages', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(30));

    const taken = await takeUpTo(harness, queue, 7);

    expect(taken.length).toBeLessThanOrEqual(7);
    await takeAll(harness, queue, 30 - taken.length);
  });

  clause('the same task sent twice is two messages', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, [...messages(1), ...messages(1)]);

    const [first, second] = await takeAll(harness, queue, 2);

    expect([first?.id, second?.id]).toEqual(['task-0', 'task-0']);
    expect(first?.receipt).not.toBe(second?.receipt);
  });

  clause('a call without messages has no effect', async ({ broker, newQueue }) => {
    const queue = await newQueue();

    expect(await broker.send(queue, [])).toEqual([]);
    expect(await broker.acknowledge([])).toEqual([]);
    expect(await broker.release([], 0)).toEqual([]);
    expect(await broker.extend([], longMs)).toEqual([]);
    expect(await broker.deadLetter([], 'nothing')).toEqual([]);
    expect(await broker.stats([])).toEqual([]);
  });

  clause('a group with a long backlog does not block another group', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(100, { prefix: 'loud', groupId: 'loud' }));
    await sendAll(harness, queue, messages(2, { prefix: 'quiet', groupId: 'quiet' }));

    const taken = await takeAll(harness, queue, 6);

    expect(toIds(taken).filter((id) => id.startsWith('quiet'))).toEqual(['quiet-0', 'quiet-1']);
  });
}

function queueClauses(clause: Clause): void {
  clause('an empty queue returns no deliveries at once', async (harness) => {
    await expectNothing(harness, await harness.newQueue());
  });

  clause('a message is delivered from its own queue only', async (harness) => {
    const [queue, other] = [await harness.newQueue(), await harness.newQueue()];
    await sendAll(harness, queue, messages(1));

    await expectNothing(harness, other);
    await takeOne(harness, queue);
  });

  clause('the queue with the highest priority is received from first', async (harness) => {
    const [first, second] = [await harness.newQueue(), await harness.newQueue()];
    await sendAll(harness, first, messages(1, { prefix: 'first' }));
    await sendAll(harness, second, messages(1, { prefix: 'second' }));

    const request = { queues: [second, first], max: 1, visibilityMs: longMs, waitMs: 0 };
    const taken = await harness.broker.receive(request);

    expect(only(taken)).toMatchObject({ id: 'second-0', queue: second });
  });

  clause('the next queue fills the rest of a receive', async (harness) => {
    const [first, second] = [await harness.newQueue(), await harness.newQueue()];
    await sendAll(harness, first, messages(1, { prefix: 'first' }));
    await sendAll(harness, second, messages(1, { prefix: 'second' }));

    const request = { queues: [first, second], max: 10, visibilityMs: longMs, waitMs: 0 };
    const taken = await harness.broker.receive(request);

    expect(toIds(taken)).toEqual(['first-0', 'second-0']);
  });
}
