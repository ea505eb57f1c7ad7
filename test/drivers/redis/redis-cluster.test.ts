/** The Redis broker on a cluster of three masters: each namespace is on one of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskMessage } from '../../../lib/ports/broker.ts';
import { type RedisCluster, startRedisCluster } from '../../support/redis-groups.ts';
import { noRedis } from '../../support/redis-server.ts';
import { redisHarness } from './redis-harness.ts';

const namespaces = ['orders', 'billing', 'reports', 'imports', 'mail'];

describe.skipIf(noRedis !== null)('the Redis broker on three masters', () => {
  let cluster: RedisCluster;

  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());

  it('each namespace is on one master, whichever master the URL names', async () => {
    const owners = new Set<number>();
    for (const [index, namespace] of namespaces.entries()) {
      const named = cluster.nodes[index % cluster.nodes.length];
      const { broker } = await redisHarness({ url: named?.url ?? '', namespace });
      const messages: TaskMessage[] = ['low', 'high'].map((id) => ({ id, body: '{}' }));
      await broker.send('low', messages.slice(0, 1));
      await broker.send('high', messages.slice(1));

      const request = { queues: ['high', 'low'], max: 10, visibilityMs: 60_000, waitMs: 0 };
      const taken = await broker.receive(request);
      expect(taken.map(({ id }) => id)).toEqual(['high', 'low']);
      expect(await broker.acknowledge(taken)).toEqual([]);
      const owner = await cluster.ownerOf(`{${namespace}}:ready:low`);
      expect(await owner.command('EXISTS', `{${namespace}}:meta:low`)).toBe(1);
      owners.add(owner.port);
      await broker.close();
    }
    expect(owners.size).toBeGreaterThan(1);
  });

  it('a slot that moves to another master takes its queues with it', async () => {
    const { broker } = await redisHarness({
      url: cluster.nodes[0]?.url ?? '',
      namespace: 'moving',
    });
    await broker.send('queue', [{ id: 'one', body: '{}' }]);
    const from = await cluster.ownerOf('{moving}');
    const to = cluster.nodes.find((node) => node !== from);
    if (to === undefined) throw new Error('three');

    await moveSlot(cluster, '{moving}', from.port, to.port);

    const request = { queues: ['queue'], max: 10, visibilityMs: 60_000, waitMs: 0 };
    await expect
      .poll(() => broker.receive(request).catch(() => []), { timeout: 20_000 })
      .toMatchObject([{ id: 'one' }]);
    await broker.close();
  });
});

/** Moves the slot of `key`, as `redis-cli --cluster reshard` does. */
async function moveSlot(cluster: RedisCluster, key: string, fromPort: number, toPort: number) {
  const from = cluster.nodes.find(({ port }) => port === fromPort);
  const to = cluster.nodes.find(({ port }) => port === toPort);
  if (from === undefined || to === undefined) throw new Error('nodes of the cluster');
  const slot = String(await from.command('CLUSTER', 'KEYSLOT', key));
  const [fromId, toId] = await Promise.all(
    [from, to].map((node) => node.command<string>('CLUSTER', 'MYID')),
  );
  await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(fromId));
  await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(toId));
  const keys = await from.command<string[]>('CLUSTER', 'GETKEYSINSLOT', slot, '100');
  const migrate = ['MIGRATE', '127.0.0.1', String(toPort), '', '0', '5000', 'KEYS', ...keys];
  await from.command(...migrate);
  for (const node of [to, from, ...cluster.nodes]) {
    await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', String(toId));
  }
}
