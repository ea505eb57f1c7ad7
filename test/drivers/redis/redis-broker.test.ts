/**
 * The Redis broker over TCP: the contract, the model, and the guarantees of this driver alone. The
 * contract also runs on the Valkey binary in VALKEY_SERVER.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Keys, queueParts } from '../../../lib/drivers/redis/keys.ts';
import { redisBrokerDefaults } from '../../../lib/drivers/redis/redis-settings.ts';
import { brokerContract } from '../../contracts/broker/broker-contract.ts';
import { type BrokerHarness, longMs, messages } from '../../contracts/broker/broker-harness.ts';
import { checkAgainstModel } from '../../contracts/broker/broker-model.ts';
import { noRedis, type RedisServer, startRedis, valkeyBinary } from '../../support/redis-server.ts';
import { redisHarness } from './redis-harness.ts';

describe.skipIf(noRedis !== null)('the Redis broker over TCP', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  brokerContract('redis over TCP', () => redisHarness({ url: server.url }));

  it('the Redis broker over TCP agrees with the model', async () => {
    const harness = await redisHarness({ url: server.url, namespace: 'model' });
    await checkAgainstModel(harness, 15);
    await harness.close();
  });

  describe('as a driver', () => {
    let harness: BrokerHarness;
    beforeAll(async () => {
      harness = await redisHarness({ url: server.url, namespace: 'own' });
    });
    afterAll(() => harness.close());

    it('the queues in Redis outlive the process', () => {
      expect(harness.broker.volatile).toBe(false);
    });

    it('messages of a group are delivered in the order of sending', async () => {
      const { broker, newQueue } = harness;
      const queue = await newQueue();
      const outgoing = [...messages(700, { prefix: 'a' }), ...messages(300, { prefix: 'b' })];
      await broker.send(queue, outgoing);

      const request = { queues: [queue], max: 1_000, visibilityMs: longMs, waitMs: 0 };
      const order = (await broker.receive(request)).map(({ id }) => id);

      expect(order).toEqual(outgoing.map(({ id }) => id));
    });

    it('groups take turns, as in the memory broker', async () => {
      const { broker, newQueue } = harness;
      const queue = await newQueue();
      for (const [groupId, count] of [
        ['a', 500],
        ['b', 3],
        ['c', 3],
      ] as const) {
        await broker.send(queue, messages(count, { prefix: groupId, groupId }));
      }

      const request = { queues: [queue], max: 9, visibilityMs: longMs, waitMs: 0 };
      const turns = (await broker.receive(request)).map(({ groupId }) => groupId);

      expect(turns).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
    });

    it('a new group has its turn at once, and no more than its turn', async () => {
      const { broker, newQueue } = harness;
      const queue = await newQueue();
      const one = { queues: [queue], max: 1, visibilityMs: longMs, waitMs: 0 };
      await broker.send(queue, messages(50, { prefix: 'a', groupId: 'a' }));
      for (let taken = 0; taken < 20; taken += 1) await broker.receive(one);
      await broker.send(queue, messages(3, { prefix: 'b', groupId: 'b' }));

      const turns = (await broker.receive({ ...one, max: 8 })).map(({ groupId }) => groupId);

      expect(turns.slice(0, 7).toSorted()).toEqual(['a', 'a', 'a', 'a', 'b', 'b', 'b']);
      expect(turns[7]).toBe('a');
    });

    it('an empty queue keeps only its counters', async () => {
      const { broker, newQueue } = harness;
      const queue = await newQueue();
      await broker.send(queue, messages(5, { groupId: 'a' }));
      const request = { queues: [queue], max: 10, visibilityMs: longMs, waitMs: 0 };
      await broker.acknowledge(await broker.receive(request));
      expect(await broker.receive(request)).toEqual([]);

      const keys = new Keys('own').forQueue(queue);
      const kept = await Promise.all(keys.map((key) => server.command<number>('EXISTS', key)));

      const parts = queueParts.filter((_, index) => kept[index] === 1);
      expect(parts).toEqual(['groups', 'meta', 'marker']);
    });

    it('queues of different namespaces are separate', async () => {
      const other = await redisHarness({ url: server.url, namespace: 'other' });
      const queue = await harness.newQueue();
      await harness.broker.send(queue, messages(1));

      expect(await other.broker.stats([queue])).toMatchObject([{ ready: 0 }]);

      await other.close();
    });

    it('a message is delivered at most 16 times by default', () => {
      expect(redisBrokerDefaults.maxReceiveCount).toBe(16);
    });
  });
});

const binary = valkeyBinary;
if (binary !== null) {
  describe('the Redis broker on Valkey', () => {
    let server: RedisServer;

    beforeAll(async () => {
      server = await startRedis({ binary });
    });
    afterAll(() => server.stop());

    brokerContract('valkey over TCP', () => redisHarness({ url: server.url }));
  });
}
