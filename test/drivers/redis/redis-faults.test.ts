/** The Redis broker when Redis loses data, is full, or is unreachable. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Keys } from '../../../lib/drivers/redis/keys.ts';
import type { Broker } from '../../../lib/ports/broker.ts';
import {
  type BrokerHarness,
  expectNothing,
  longMs,
  maxReceiveCount,
  messages,
  sendAll,
  takeAll,
  takeDead,
  takeOne,
  takeUpTo,
  toIds,
} from '../../contracts/broker/broker-harness.ts';
import { noRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { redisHarness } from './redis-harness.ts';

describe.skipIf(noRedis !== null)('a Redis that loses data', () => {
  let server: RedisServer;
  let harness: BrokerHarness;
  let queue: string;
  const keys = new Keys('millrace');

  beforeAll(async () => {
    server = await startRedis();
    harness = await redisHarness({ url: server.url });
  });
  beforeEach(async () => {
    queue = await harness.newQueue();
  });
  afterAll(async () => {
    await harness.close();
    await server.stop();
  });

  /** Deletes one of the queue's keys directly in Redis. */
  async function lose(part: 'flight' | 'messages' | 'dead' | 'letters' | 'groups' | 'meta') {
    const key = keys.forQueue(queue).find((each) => each.includes(`:${part}:`));
    expect(await server.command<number>('DEL', key ?? '')).toBe(1);
  }

  function lostCount(): Promise<string> {
    const meta = keys.forQueue(queue).find((each) => each.includes(':meta:'));
    return server.command('HGET', meta ?? '', 'lost');
  }

  it('the broker sends its scripts again after SCRIPT FLUSH', async () => {
    await sendAll(harness, queue, messages(2));
    await server.command('SCRIPT', 'FLUSH');

    expect(toIds(await takeAll(harness, queue, 2))).toEqual(['task-0', 'task-1']);
  });

  it('the broker is empty after FLUSHALL, and all receipts are void', async () => {
    await sendAll(harness, queue, messages(4));
    const held = await takeAll(harness, queue, 2);
    await server.command('FLUSHALL');
    await server.command('SCRIPT', 'FLUSH');

    const [stats] = await harness.broker.stats([queue]);
    expect(stats).toMatchObject({ ready: 0, delayed: 0, inFlight: 0, dead: 0, oldestMs: 0 });
    await expectNothing(harness, queue);
    const receipts = held.map(({ receipt }) => receipt);
    expect(await harness.broker.extend(held, longMs)).toEqual(receipts);
    expect(await harness.broker.release(held, 0)).toEqual(receipts);
    expect(await harness.broker.deadLetter(held, 'late')).toEqual(receipts);
    expect(await harness.broker.acknowledge(held)).toEqual(receipts);
  });

  it('a receipt from before a FLUSHALL does not match a message sent after it', async () => {
    await sendAll(harness, queue, messages(3, { prefix: 'old' }));
    const held = await takeAll(harness, queue, 3);
    await server.command('FLUSHALL');
    await sendAll(harness, queue, messages(3, { prefix: 'new' }));
    const current = await takeAll(harness, queue, 3);

    await harness.broker.acknowledge(held);

    expect(await harness.broker.acknowledge(current)).toEqual([]);
  });

  it('a delivery whose message was lost is dropped and counted', async () => {
    await sendAll(harness, queue, messages(3));
    await takeAll(harness, queue, 3, harness.tickMs);
    await lose('messages');
    await sendAll(harness, queue, messages(1, { prefix: 'whole' }));
    await harness.advance(harness.tickMs);

    expect(toIds(await takeUpTo(harness, queue, 10))).toEqual(['whole-0']);

    expect(await lostCount()).toBe('3');
    expect(await harness.broker.stats([queue])).toMatchObject([{ ready: 0, inFlight: 1 }]);
  });

  it('a message whose delivery was lost is ready for another delivery', async () => {
    await sendAll(harness, queue, messages(3, { groupId: 'batch' }));
    const held = await takeAll(harness, queue, 3);
    await lose('flight');
    // An idle receive finds them.
    expect(await takeUpTo(harness, queue, 10)).toEqual([]);

    const again = await takeAll(harness, queue, 3);

    expect(again.map(({ id, deliveries, groupId }) => ({ id, deliveries, groupId }))).toEqual(
      held.map(({ id, groupId }) => ({ id, deliveries: 2, groupId })),
    );
    expect(await harness.broker.acknowledge(held)).toHaveLength(3);
    expect(await harness.broker.acknowledge(again)).toEqual([]);
  });

  it('a delivery lost from the index can be acknowledged', async () => {
    await sendAll(harness, queue, messages(2));
    const held = await takeAll(harness, queue, 2);
    await lose('flight');

    expect(await harness.broker.acknowledge(held)).toEqual([]);

    await expectNothing(harness, queue);
  });

  it('dead letters whose index was lost are restored, and lost ones are dropped', async () => {
    await sendAll(harness, queue, messages(2));
    await harness.broker.deadLetter(await takeAll(harness, queue, 2), 'broken');
    await lose('dead');

    const letters = await takeDead(harness, queue, 2, harness.tickMs);
    expect(letters.map(({ reason }) => reason)).toEqual(['broken', 'broken']);

    await lose('letters');
    await harness.advance(harness.tickMs);
    expect(await harness.broker.receiveDead(queue, 10, longMs)).toEqual([]);
    expect(await harness.broker.redrive(queue, 10)).toBe(0);
    expect(await lostCount()).toBe('2');
  });

  it('the broker keeps working after it lost its groups and sequence numbers', async () => {
    await sendAll(harness, queue, messages(3, { groupId: 'a' }));
    await lose('groups');
    await lose('meta');
    await sendAll(harness, queue, messages(2, { prefix: 'b', groupId: 'b' }));

    const ids = toIds(await takeAll(harness, queue, 5));

    expect(ids).toEqual(['b-0', 'b-1', 'task-0', 'task-1', 'task-2']);
  });

  it('thousands of messages are expired, dead-lettered, redriven and purged at once', async () => {
    const count = 2_500;
    await sendAll(harness, queue, messages(count));
    for (let delivery = 0; delivery < maxReceiveCount; delivery += 1) {
      const taken = await takeEach(harness.broker, queue, count);
      expect(taken).toBe(count);
    }
    await expectNothing(harness, queue);
    expect(await harness.broker.stats([queue])).toMatchObject([{ ready: 0, dead: count }]);

    expect(await harness.broker.redrive(queue, 10_000)).toBe(count);
    expect(await harness.broker.purge(queue)).toBe(count);
  });
});

/** Takes each of `count` messages once and lets them expire at once. */
async function takeEach(broker: Broker, queue: string, count: number): Promise<number> {
  const held = [];
  for (let more = true; more; ) {
    const request = { queues: [queue], max: 1_000, visibilityMs: longMs, waitMs: 0 };
    const taken = await broker.receive(request);
    held.push(...taken);
    more = taken.length > 0 && held.length < count;
  }
  expect(await broker.extend(held, 0)).toEqual([]);
  return held.length;
}

describe.skipIf(noRedis !== null)('a Redis without free memory', () => {
  let server: RedisServer;
  let harness: BrokerHarness;

  beforeAll(async () => {
    server = await startRedis({ maxmemory: 12_000_000 });
    harness = await redisHarness({ url: server.url });
  });
  afterAll(async () => {
    await harness.close();
    await server.stop();
  });

  it('a full Redis refuses to send, delivers its messages, and then accepts new ones', async () => {
    const { broker } = harness;
    const queue = await harness.newQueue();
    const body = `"${'x'.repeat(100_000)}"`;
    const outgoing = messages(200, { body });

    const results = await broker.send(queue, outgoing);
    const sent = results.filter((result) => result.sent);

    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(200);
    expect(results.find((result) => !result.sent)).toMatchObject({
      reason: 'unavailable',
      message: expect.stringContaining('no memory left'),
    });

    const taken = await takeAll(harness, queue, sent.length);
    expect(await broker.release(taken.slice(0, 5), 0)).toEqual([]);
    expect(await broker.acknowledge(taken.slice(5))).toEqual([]);
    await sendAll(harness, queue, messages(1, { prefix: 'again' }));
    await takeAll(harness, queue, 6);
  });
});

describe.skipIf(noRedis !== null)('an unreachable Redis', () => {
  let server: RedisServer;
  let harness: BrokerHarness;

  beforeEach(async () => {
    server = await startRedis({ appendonly: true });
    harness = await redisHarness({ url: server.url });
  });
  afterEach(async () => {
    await harness.close();
    await server.stop();
  });

  const unavailable = expect.objectContaining({ code: 'BROKER_UNAVAILABLE', retryable: true });

  it('every call fails with BROKER_UNAVAILABLE while Redis is down, also one that waits', async () => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(2));
    const [held] = await takeAll(harness, queue, 2);
    if (held === undefined) throw new Error('one');
    const request = { queues: [queue], max: 1, visibilityMs: longMs, waitMs: longMs };
    const waiting = harness.broker.receive(request).catch((error: unknown) => error);

    await server.restart(async () => {
      expect(await waiting).toEqual(unavailable);
      await expect(harness.broker.send(queue, messages(1))).rejects.toEqual(unavailable);
      await expect(harness.broker.acknowledge([held])).rejects.toEqual(unavailable);
      await expect(harness.broker.stats([queue])).rejects.toEqual(unavailable);
    });
  });

  it('the same broker reconnects after a restart, and Redis has the data from disk', async () => {
    const queue = await harness.newQueue();
    await sendAll(harness, queue, messages(3));
    const held = await takeOne(harness, queue);
    await server.restart();

    await untilReachable(harness, queue);

    expect(await harness.broker.acknowledge([held])).toEqual([]);
    expect(toIds(await takeAll(harness, queue, 2))).toEqual(['task-1', 'task-2']);
  });

  it('a call to a Redis that does not reply fails after 10 s', async () => {
    const clock = new SimulatedClock();
    const { broker } = await redisHarness({ url: server.url, clock });
    await server.command('CLIENT', 'PAUSE', '400', 'ALL');
    const asked = broker.stats(['queue']).catch((error: unknown) => error);

    await clock.advance(10_000);

    expect(await asked).toEqual(unavailable);
    const closing = broker.close();
    await clock.advance(3_000);
    await closing;
  });

  it('the broker can be closed while Redis is down, which ends its receives', async () => {
    const queue = await harness.newQueue();
    const request = { queues: [queue], max: 1, visibilityMs: longMs, waitMs: longMs };
    const waiting = harness.broker.receive(request).catch((error: unknown) => error);

    await server.restart(async () => {
      await waiting;
      const again = harness.broker.receive(request).catch((error: unknown) => error);
      await harness.broker.close();
      expect(await again).toEqual(unavailable);
    });
  });

  it('a waiting receive is woken after Redis came back', async () => {
    const queue = await harness.newQueue();
    await server.restart();
    await untilReachable(harness, queue);
    const request = { queues: [queue], max: 1, visibilityMs: longMs, waitMs: longMs };
    const waiting = harness.broker.receive(request);

    await sendAll(harness, queue, messages(1));

    expect(toIds(await waiting)).toEqual(['task-0']);
  });

  it('a Redis that became a replica is unavailable', async () => {
    await server.command('REPLICAOF', '127.0.0.1', '1');
    const queue = await harness.newQueue();

    await expect(harness.broker.send(queue, messages(1))).rejects.toEqual(unavailable);

    await server.command('REPLICAOF', 'NO', 'ONE');
    await untilReachable(harness, queue);
    await sendAll(harness, queue, messages(1));
  });
});

/** Calls until the broker reaches Redis again. */
async function untilReachable({ broker, advance, tickMs }: BrokerHarness, queue: string) {
  for (;;) {
    try {
      await broker.stats([queue]);
      return;
    } catch (error) {
      expect(error).toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true });
      await advance(tickMs);
    }
  }
}
