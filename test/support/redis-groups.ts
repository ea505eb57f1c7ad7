/** Redis servers that work together: a master with a replica and Sentinels, or a cluster. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import { type RedisServer, startRedis } from './redis-server.ts';

/** How often a group is asked whether it is ready, in milliseconds. */
const pollMs = 50;

/** A master and its replica, watched by Sentinels. */
export interface SentinelGroup {
  /** `redis+sentinel://…` of all Sentinels. */
  readonly url: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** Makes the replica the master, as an operator does; resolves when the Sentinels say so. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a master, a replica and three Sentinels; the caller must stop them. */
export async function startSentinelGroup(): Promise<SentinelGroup> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-sentinel-'));
  const master = await startRedis();
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] });
  const sentinels: RedisServer[] = [];
  for (let index = 0; index < 3; index += 1) {
    const file = join(folder, `${index}.conf`);
    writeFileSync(
      file,
      `sentinel monitor orders 127.0.0.1 ${master.port} 2\n` +
        'sentinel down-after-milliseconds orders 1000\nsentinel failover-timeout orders 3000\n',
    );
    sentinels.push(await startRedis({ sentinelConfig: file }));
  }
  const [first] = sentinels;
  if (first === undefined) throw new Error('three');
  const masterPort = async () =>
    Number((await first.command<string[]>('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'orders'))[1]);
  await until(async () => {
    const text = await first.command<string[][]>('SENTINEL', 'REPLICAS', 'orders');
    const others = await first.command<string[][]>('SENTINEL', 'SENTINELS', 'orders');
    return text.length === 1 && others.length === 2;
  });
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/orders`,
    master,
    replica,
    failOver: async () => {
      await until(async () => {
        const asked = first.command('SENTINEL', 'FAILOVER', 'orders');
        // It refuses while it still learns about the replica.
        return (await asked.catch(() => null)) === 'OK';
      });
      await until(async () => (await masterPort()) === replica.port);
    },
    stop: async () => {
      await Promise.all([master, replica, ...sentinels].map((server) => server.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A cluster of three masters. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  /** Returns the node that owns the slot of `key`. */
  ownerOf(key: string): Promise<RedisServer>;
  stop(): Promise<void>;
}

const slots = 16_384;

/** Starts three masters with a third of the slots each; the caller must stop them. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'];
  const nodes = await Promise.all([0, 1, 2].map(() => startRedis({ args })));
  const [first] = nodes;
  if (first === undefined) throw new Error('three');
  const bounds = nodes.map((_, index) => Math.floor((slots * index) / nodes.length));
  for (const [index, node] of nodes.entries()) {
    const end = (bounds[index + 1] ?? slots) - 1;
    await node.command('CLUSTER', 'ADDSLOTSRANGE', String(bounds[index]), String(end));
    if (node !== first) await node.command('CLUSTER', 'MEET', '127.0.0.1', String(first.port));
  }
  for (const node of nodes) {
    await until(async () => {
      const info = String(await node.command('CLUSTER', 'INFO'));
      return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
    });
  }
  return {
    nodes,
    ownerOf: async (key) => {
      const slot = await first.command<number>('CLUSTER', 'KEYSLOT', key);
      const owner = nodes[bounds.findLastIndex((bound) => bound <= slot)];
      if (owner === undefined) throw new Error('every slot has an owner');
      return owner;
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for await (const _ of setInterval(pollMs)) if (await condition()) return;
}
