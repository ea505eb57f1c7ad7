/** Facts about a Redis server, and warnings about dangerous settings. */
import { afterEach, describe, expect, it } from 'vitest';
import { inspectRedis } from '../../../lib/drivers/redis/inspect-redis.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
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

  async function inspect(options: RedisServerOptions, ...setting: string[]) {
    server = await startRedis(options);
    if (setting.length > 0) await server.command(...setting);
    return await inspectRedis({ url: server.url, clock: systemClock, logger: new QuietLogger() });
  }

  it('the facts of a safe server have version, kind, memory and persistence, and no warnings', async () => {
    const facts = await inspect({ appendonly: true, maxmemory: 100_000_000 });

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

  it('a Redis without persistence causes a warning', async () => {
    const { warnings } = await inspect({});

    expect(warnings).toEqual([expect.stringContaining('Set appendonly to yes')]);
  });

  it('a Redis whose policy evicts whole queues causes a warning', async () => {
    const set = ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'];
    const { warnings } = await inspect({ appendonly: true }, ...set);

    expect(warnings).toEqual([expect.stringMatching(/allkeys-lru.*set maxmemory-policy/)]);
  });

  it('a Redis that forbids INFO and CONFIG causes warnings about what was not checked', async () => {
    const denied = ['ACL', 'SETUSER', 'default', '-info', '-config|get'];
    const facts = await inspect({}, ...denied);

    expect(facts).toMatchObject({ version: null, maxmemoryPolicy: null });
    expect(facts.warnings).toEqual([
      expect.stringContaining('does not report its maxmemory-policy'),
      expect.stringContaining('does not report whether it writes to disk'),
    ]);
  });
});
