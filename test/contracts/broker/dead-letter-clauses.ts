/** Clauses about dead letters. */
import { expect } from 'vitest';
import {
  type BrokerHarness,
  type Clause,
  expectNoneDead,
  expectNothing,
  longMs,
  maxReceiveCount,
  messages,
  only,
  sendAll,
  takeAll,
  takeDead,
  takeOne,
  takeUpTo,
  toIds,
} from './broker-harness.ts';

/** Defines the clauses about dead letters. */
export function deadLetterClauses(clause: Clause): void {
  deadLetteringClauses(clause);
  receiveCountClauses(clause);
  takeClauses(clause);
  redriveClauses(clause);
}

/** Creates a queue with this many dead letters and nothing else. */
async function queueWithDead(harness: BrokerHarness, count: number): Promise<string> {
  const queue = await harness.newQueue();
  await sendAll(harness, queue, messages(count));
  await harness.broker.deadLetter(await takeAll(harness, queue, count), 'too many failures');
  return queue;
}

/** Creates a queue with one ready message that has used up its deliveries. */
async function queueWithExhausted(harness: BrokerHarness): Promise<string> {
  const queue = await harness.newQueue();
  await sendAll(harness, queue, messages(1));
  for (let delivery = 1; delivery < maxReceiveCount; delivery += 1) {
    await harness.broker.release([await takeOne(harness, queue)], 0);
  }
  await takeOne(harness, queue, harness.tickMs);
  await harness.advance(harness.tickMs);
  return queue;
}

/** Receives often enough that every driver has dead-lettered the message. */
async function receiveExhausted(harness: BrokerHarness, queue: string): Promise<void> {
  await expectNothing(harness, queue);
}

function deadLetteringClauses(clause: Clause): void {
  clause('a dead-lettered message leaves its queue', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    const delivery = await takeOne(harness, queue, harness.tickMs);

    expect(await harness.broker.deadLetter([delivery], 'broken')).toEqual([]);

    await harness.advance(2 * harness.tickMs);
    await expectNothing(harness, queue);
  });

  clause('a dead letter has its message and the reason', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, [{ id: 'gone', body: '{"é":1}', groupId: 'batch-1' }]);
    const delivery = await takeOne(harness, queue);
    await harness.broker.deadLetter([delivery], 'Report.Invalid: é "quoted"');

    const letter = only(await takeDead(harness, queue, 1));

    expect(letter).toMatchObject({
      queue,
      id: 'gone',
      body: '{"é":1}',
      groupId: 'batch-1',
      reason: 'Report.Invalid: é "quoted"',
    });
  });

  clause(
    'a dead letter keeps the time of sending and the number of deliveries',
    async (harness) => {
      const queue = await harness.newQueue();
      await sendAll(harness, queue, messages(1));
      await harness.broker.release([await takeOne(harness, queue)], 0);
      const delivery = await takeOne(harness, queue);
      await harness.advance(harness.tickMs);
      await harness.broker.deadLetter([delivery], 'broken');

      const letter = only(await takeDead(harness, queue, 1));

      expect(letter.sentAt).toBe(delivery.sentAt);
      expect(letter.deliveries).toBeGreaterThanOrEqual(2);
    },
  );

  clause('many messages are dead-lettered in one call', async (harness) => {
    const queue = await queueWithDead(harness, 23);

    expect(toIds(await takeDead(harness, queue, 23))).toEqual(toIds(messages(23)));
  });

  clause('a dead letter cannot be dead-lettered again', async (harness) => {
    const queue = await queueWithDead(harness, 1);
    const letter = only(await takeDead(harness, queue, 1));

    expect(await harness.broker.deadLetter([letter], 'twice')).toEqual([letter.receipt]);

    expect(await harness.broker.release([letter], 0)).toEqual([]);
    expect(only(await takeDead(harness, queue, 1)).reason).toBe('too many failures');
  });

  clause(
    'deliveries of several queues go to the dead letters of their own queues',
    async (harness) => {
      const [one, two] = [await harness.newQueue(), await harness.newQueue()];
      await sendAll(harness, one, messages(1, { prefix: 'one' }));
      await sendAll(harness, two, messages(1, { prefix: 'two' }));
      const both = [await takeOne(harness, one), await takeOne(harness, two)];

      expect(await harness.broker.deadLetter(both, 'broken')).toEqual([]);

      expect(only(await takeDead(harness, one, 1))).toMatchObject({ queue: one, id: 'one-0' });
      expect(only(await takeDead(harness, two, 1))).toMatchObject({ queue: two, id: 'two-0' });
    },
  );

  clause('dead letters belong to their own queue', async (harness) => {
    await queueWithDead(harness, 1);

    await expectNoneDead(harness, await harness.newQueue());
  });
}

function receiveCountClauses(clause: Clause): void {
  clause('a message delivered too often is dead-lettered by the next receive', async (harness) => {
    const queue = await queueWithExhausted(harness);

    await receiveExhausted(harness, queue);

    const letter = only(await takeDead(harness, queue, 1));
    expect(letter).toMatchObject({ id: 'task-0', reason: 'maxReceiveCount' });
    expect(letter.deliveries).toBeGreaterThanOrEqual(maxReceiveCount);
  });

  clause('the last expiry alone does not make a dead letter', async (harness) => {
    const queue = await queueWithExhausted(harness);

    await expectNoneDead(harness, queue);
    expect(await harness.broker.stats([queue])).toMatchObject([{ dead: 0 }]);
  });

  clause('a message that is dead-lettered makes room for those behind it', async (harness) => {
    const queue = await queueWithExhausted(harness);
    await sendAll(harness, queue, messages(1, { prefix: 'behind' }));

    const taken = await takeAll(harness, queue, 1);

    expect(toIds(taken)).toEqual(['behind-0']);
  });

  clause('a message that always fails does not block the others', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, [{ id: 'poison', body: '0' }, ...messages(20)]);
    const done: string[] = [];
    for (let call = 0; call < 200 && done.length < 20; call += 1) {
      const taken = await takeUpTo(harness, queue, 3);
      const good = taken.filter(({ id }) => id !== 'poison');
      await harness.broker.acknowledge(good);
      const bad = taken.filter(({ id }) => id === 'poison');
      await harness.broker.release(bad, 0);
      done.push(...toIds(good));
    }
    while ((await takeUpTo(harness, queue, 1, 0)).length > 0);

    expect(done.sort()).toEqual(toIds(messages(20)));
    expect(only(await takeDead(harness, queue, 1))).toMatchObject({
      id: 'poison',
      reason: 'maxReceiveCount',
    });
  });

  clause('the last allowed delivery can be acknowledged', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1));
    for (let delivery = 1; delivery < maxReceiveCount; delivery += 1) {
      await harness.broker.release([await takeOne(harness, queue)], 0);
    }

    const last = await takeOne(harness, queue);
    await harness.broker.acknowledge([last]);

    expect(last.deliveries).toBe(maxReceiveCount);
    await expectNothing(harness, queue);
    await expectNoneDead(harness, queue);
  });
}

function takeClauses(clause: Clause): void {
  clause(
    'a received dead letter is hidden, and comes back unless acknowledged',
    async (harness) => {
      const queue = await queueWithDead(harness, 1);
      await takeDead(harness, queue, 1, harness.tickMs);
      await expectNoneDead(harness, queue);

      await harness.advance(harness.tickMs);

      await takeDead(harness, queue, 1);
    },
  );

  clause('an acknowledged dead letter is deleted', async (harness) => {
    const queue = await queueWithDead(harness, 2);
    const letters = await takeDead(harness, queue, 2, harness.tickMs);

    expect(await harness.broker.acknowledge(letters)).toEqual([]);

    await harness.advance(2 * harness.tickMs);
    await expectNoneDead(harness, queue);
    await expectNothing(harness, queue);
  });

  clause('a released dead letter stays among the dead letters', async (harness) => {
    const queue = await queueWithDead(harness, 1);

    await harness.broker.release(await takeDead(harness, queue, 1), 0);

    expect(only(await takeDead(harness, queue, 1)).reason).toBe('too many failures');
    await expectNothing(harness, queue);
  });

  clause('a dead letter can be held longer', async (harness) => {
    const queue = await queueWithDead(harness, 1);
    const letters = await takeDead(harness, queue, 1, 3 * harness.tickMs);

    expect(await harness.broker.extend(letters, longMs)).toEqual([]);

    await harness.advance(4 * harness.tickMs);
    await expectNoneDead(harness, queue);
  });

  clause('a dead letter stays however often it is received', async (harness) => {
    const queue = await queueWithDead(harness, 1);
    for (let take = 0; take <= maxReceiveCount; take += 1) {
      await harness.broker.release(await takeDead(harness, queue, 1), 0);
    }

    await takeDead(harness, queue, 1);
  });
}

function redriveClauses(clause: Clause): void {
  clause('a redriven message is delivered like a new one', async (harness) => {
    const queue = await queueWithDead(harness, 1);

    expect(await harness.broker.redrive(queue, 10)).toBe(1);

    const delivery = await takeOne(harness, queue);
    expect(delivery).toMatchObject({ id: 'task-0', body: '{"index":0}', deliveries: 1 });
    await expectNoneDead(harness, queue);
  });

  clause('a redriven message keeps its group', async (harness) => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(1, { groupId: 'batch-7' }));
    await harness.broker.deadLetter([await takeOne(harness, queue)], 'broken');

    await harness.broker.redrive(queue, 1);

    expect(await takeOne(harness, queue)).toMatchObject({ groupId: 'batch-7' });
  });

  clause('many dead letters are redriven in one call', async (harness) => {
    const queue = await queueWithDead(harness, 27);

    expect(await harness.broker.redrive(queue, 1_000)).toBe(27);

    expect(toIds(await takeAll(harness, queue, 27))).toEqual(toIds(messages(27)));
  });

  clause('a redriven message may be delivered as often as before', async (harness) => {
    const queue = await queueWithExhausted(harness);
    await receiveExhausted(harness, queue);
    await harness.broker.redrive(queue, 1);

    for (let delivery = 1; delivery <= maxReceiveCount; delivery += 1) {
      await harness.broker.release([await takeOne(harness, queue)], 0);
    }
  });

  clause('a redrive moves at most the requested number of messages', async (harness) => {
    const queue = await queueWithDead(harness, 5);

    expect(await harness.broker.redrive(queue, 2)).toBe(2);

    await takeAll(harness, queue, 2);
    await expectNothing(harness, queue);
    await takeDead(harness, queue, 3);
  });

  clause('a redrive leaves the dead letters that are hidden', async (harness) => {
    const queue = await queueWithDead(harness, 2);
    const held = await takeDead(harness, queue, 1);

    expect(await harness.broker.redrive(queue, 10)).toBe(1);

    const moved = await takeUpTo(harness, queue, 10);
    expect(toIds([...held, ...moved])).toEqual(['task-0', 'task-1']);
    expect(await harness.broker.acknowledge(held)).toEqual([]);
  });

  clause('a redrive without dead letters moves none', async (harness) => {
    expect(await harness.broker.redrive(await harness.newQueue(), 10)).toBe(0);
  });
}
