/** What is found out about a Redis, and what is said to be dangerous. */
import { afterEach, describe, expect, it } from 'vitest';
import { inspectRedis } from '../../../lib/drivers/redis/redis-facts.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import {
  noRedis,
  type RedisServer,
  type RedisServerOptions,
  startRedis,
} from '../../support/redis-server.ts';

describe.skipIf(noRedis !== null)('the facts of a Redis', () => {
  let server: RedisServer;
  afterEach(() => server.stop());

  async function factsOf(options: RedisServerOptions, ...setting: string[]) {
    server = await startRedis(options);
    if (setting.length > 0) await server.command(...setting);
    return await inspectRedis({ url: server.url, logger: new QuietLogger() });
  }

  it('name version, kind, memory and persistence of a server without dangers', async () => {
    const facts = await factsOf({ appendonly: true, maxmemory: 100_000_000 });

    expect(facts).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+/),
      kind: 'redis',
      mode: 'standalone',
      maxmemoryPolicy: 'noeviction',
      maxmemory: 100_000_000,
      usedMemory: expect.any(Number),
      persistence: { aof: true, rdb: false },
      warnings: [],
    });
    expect(facts.latencyMs).toBeGreaterThanOrEqual(0);
  });

  it('warn of a Redis that keeps nothing on disk', async () => {
    const { warnings } = await factsOf({});

    expect(warnings).toEqual([expect.stringContaining('Set appendonly to yes')]);
  });

  it('warn of a policy that evicts whole queues', async () => {
    const set = ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'];
    const { warnings } = await factsOf({ appendonly: true }, ...set);

    expect(warnings).toEqual([expect.stringMatching(/allkeys-lru.*set maxmemory-policy/)]);
  });

  it('say what could not be checked where the questions are forbidden', async () => {
    const denied = ['ACL', 'SETUSER', 'default', '-info', '-config|get'];
    const facts = await factsOf({}, ...denied);

    expect(facts).toMatchObject({ version: null, maxmemoryPolicy: null });
    expect(facts.warnings).toEqual([
      expect.stringContaining('does not tell its maxmemory-policy'),
      expect.stringContaining('does not tell whether it writes to disk'),
    ]);
  });
});
