/**
 * Clauses about delays, and about the limits that all drivers share: a refusal is a value, and the
 * other messages are sent.
 */
import { expect } from 'vitest';
import { brokerLimits, type SendRefusal, type TaskMessage } from '../../../lib/ports/broker.ts';
import {
  type BrokerHarness,
  type Clause,
  expectNothing,
  longMs,
  messages,
  sendAll,
  takeAll,
  takeOne,
  toIds,
} from './broker-harness.ts';

const { bodyBytesMax, delayMsMax, receiveMax, visibilityMsMax, waitMsMax } = brokerLimits;

/** Defines the clauses about delays and limits. */
export function limitClauses(clause: Clause): void {
  delayClauses(clause);
  sizeClauses(clause);
  nameClauses(clause);
  rangeClauses(clause);
}

/** Sends `bad` between two good messages and expects that only `bad` is refused. */
async function expectRefused(harness: BrokerHarness, bad: TaskMessage, reason: SendRefusal) {
  const queue = await harness.newQueue();
  const [before, after] = messages(2);
  if (before === undefined || after === undefined) throw new Error('two');

  const results = await harness.broker.send(queue, [before, bad, after]);

  expect(results).toEqual([
    { id: before.id, sent: true },
    { id: bad.id, sent: false, reason, message: expect.stringContaining('found') },
    { id: after.id, sent: true },
  ]);
  expect(toIds(await takeAll(harness, queue, 2))).toEqual([before.id, after.id]);
  await expectNothing(harness, queue);
}

function delayClauses(clause: Clause): void {
  clause('a delayed message is delivered after its delay, not before', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1, { delayMs: 2 * harness.tickMs }));

    await expectNothing(harness, queue);
    await harness.advance(2 * harness.tickMs);

    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 1 });
  });

  clause('a delayed message does not block those sent after it', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1, { prefix: 'late', delayMs: longMs }));
    await sendAll(harness, queue, messages(1, { prefix: 'now' }));

    expect(await takeOne(harness, queue)).toMatchObject({ id: 'now-0' });
  });

  clause('a delay of 900 seconds is accepted', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1, { delayMs: delayMsMax }));

    await expectNothing(harness, queue);
  });

  clause('a delay longer than 900 seconds is refused', (harness) =>
    expectRefused(harness, { id: 'bad', body: '1', delayMs: delayMsMax + 1_000 }, 'badDelay'),
  );

  clause('a delay below 0 is refused', (harness) =>
    expectRefused(harness, { id: 'bad', body: '1', delayMs: -1 }, 'badDelay'),
  );

  clause('a delay that is not a number is refused', (harness) =>
    expectRefused(harness, { id: 'bad', body: '1', delayMs: Number.NaN }, 'badDelay'),
  );
}

function sizeClauses(clause: Clause): void {
  clause('the largest body is delivered whole', async (harness) => {
    const queue = await harness.newQueue();
    const body = `"${'é'.repeat((bodyBytesMax - 2) / 2)}"`;
    await sendAll(harness, queue, [{ id: 'large', body }]);

    const delivery = await takeOne(harness, queue);

    expect(delivery.body === body).toBe(true);
  });

  clause('a body one byte larger than the maximum is refused', (harness) =>
    expectRefused(harness, { id: 'bad', body: `"${'x'.repeat(bodyBytesMax - 1)}"` }, 'tooLarge'),
  );

  clause('a body is measured in UTF-8 bytes, not in characters', (harness) =>
    expectRefused(harness, { id: 'bad', body: `"${'é'.repeat(bodyBytesMax / 2)}"` }, 'tooLarge'),
  );

  clause('a send of more than 1 MiB in total is delivered whole', async (harness) => {
    const queue = await harness.newQueue();
    const outgoing = messages(5, { body: `"${'é'.repeat(150_000)}"` });

    await sendAll(harness, queue, [...outgoing, ...messages(15, { prefix: 'small' })]);

    const deliveries = await takeAll(harness, queue, 20);
    expect(new Set(toIds(deliveries)).size).toBe(20);
    const large = deliveries.filter(({ body }) => body === outgoing[0]?.body);
    expect(toIds(large)).toEqual(toIds(outgoing));
  });

  clause('bad messages among many are refused at their positions', async (harness) => {
    const queue = await harness.newQueue();
    const outgoing = messages(35).map((message, index) => {
      if (index % 12 === 4) return { ...message, delayMs: -1 };
      return index % 12 === 7 ? { ...message, groupId: 'a b' } : message;
    });

    const results = await harness.broker.send(queue, outgoing);

    expect(results.map(({ id }) => id)).toEqual(outgoing.map(({ id }) => id));
    const refused = results.flatMap((result) => (result.sent ? [] : [[result.id, result.reason]]));
    expect(refused).toEqual([
      ['task-4', 'badDelay'],
      ['task-7', 'badGroup'],
      ['task-16', 'badDelay'],
      ['task-19', 'badGroup'],
      ['task-28', 'badDelay'],
      ['task-31', 'badGroup'],
    ]);
    await takeAll(harness, queue, 29);
    await expectNothing(harness, queue);
  });

  for (const [character, what] of [
    ['\u0000', 'U+0000'],
    ['\u001f', 'a control character'],
    ['\ud800', 'a lone surrogate'],
    ['\uffff', 'U+FFFF'],
  ] as const) {
    clause(`a body with ${what} is refused`, (harness) =>
      expectRefused(harness, { id: 'bad', body: `"${character}"` }, 'badBody'),
    );
  }
}

function nameClauses(clause: Clause): void {
  clause('an id of 80 characters is accepted', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, [{ id: 'x'.repeat(80), body: '1' }]);

    expect((await takeOne(harness, queue)).id).toBe('x'.repeat(80));
  });

  for (const [id, what] of [
    ['', 'an empty id'],
    ['x'.repeat(81), 'an id of 81 characters'],
    ['a b', 'an id with a space'],
    ['a:b', 'an id with a colon'],
    ['é', 'an id beyond ASCII'],
  ] as const) {
    clause(`${what} is refused`, (harness) => expectRefused(harness, { id, body: '1' }, 'badId'));
  }

  for (const [groupId, what] of [
    ['', 'an empty group id'],
    ['g'.repeat(129), 'a group id of 129 characters'],
    ['a b', 'a group id with a space'],
  ] as const) {
    clause(`${what} is refused`, (harness) =>
      expectRefused(harness, { id: 'bad', body: '1', groupId }, 'badGroup'),
    );
  }
}

function rangeClauses(clause: Clause): void {
  const outside = expect.objectContaining({ code: 'BROKER_LIMIT', retryable: false });
  const good = { max: 1, visibilityMs: longMs, waitMs: 0 };

  clause('a receive outside the limits is an error and delivers nothing', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));

    for (const bad of [
      { max: 0 },
      { max: 1.5 },
      { max: receiveMax + 1 },
      { visibilityMs: -1 },
      { visibilityMs: visibilityMsMax + 1 },
      { visibilityMs: Number.NaN },
      { waitMs: -1 },
      { waitMs: waitMsMax + 1 },
    ]) {
      const call = harness.broker.receive({ queues: [queue], ...good, ...bad });
      await expect(call, JSON.stringify(bad)).rejects.toEqual(outside);
    }
    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 1 });
  });

  clause('an extension outside the limits is an error and changes nothing', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue);

    await expect(harness.broker.extend([delivery], -1)).rejects.toEqual(outside);
    await expect(harness.broker.extend([delivery], visibilityMsMax + 1)).rejects.toEqual(outside);

    expect(await harness.broker.acknowledge([delivery])).toEqual([]);
  });

  clause('a delivery cannot be held longer than 12 hours in total', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue, 6 * harness.tickMs);
    await harness.advance(2 * harness.tickMs);

    expect(await harness.broker.extend([delivery], visibilityMsMax)).toEqual([delivery.receipt]);

    await harness.advance(4 * harness.tickMs);
    expect(await takeOne(harness, queue)).toMatchObject({ deliveries: 2 });
  });

  clause('a release outside the limits is an error and changes nothing', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue);

    await expect(harness.broker.release([delivery], -1)).rejects.toEqual(outside);
    await expect(harness.broker.release([delivery], Number.NaN)).rejects.toEqual(outside);

    await expectNothing(harness, queue);
  });

  clause('a receive of dead letters outside the limits is an error', async (harness) => {
    const queue = await harness.newQueue();

    await expect(harness.broker.receiveDead(queue, 0, longMs)).rejects.toEqual(outside);
    await expect(harness.broker.receiveDead(queue, 1, -1)).rejects.toEqual(outside);
  });
}
