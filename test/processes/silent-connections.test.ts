/** Connections that are open and say nothing, and servers that are no longer the right ones. */
import { describe, expect, it, type TestContext } from 'vitest';
import { noRedis, type RedisServer, startRedis } from '../support/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { createProxiedDatabase } from './process-database.ts';
import { createSumsFleet, type SumsFleet } from './sums-fleet.ts';

const items = 500;
const variables = {
  ITEMS: String(items),
  IN_FLIGHT: '300',
  DELAY_MS: '500',
  LEASE_SECONDS: '9',
  GRACE_SECONDS: '2',
  CONCURRENCY: '50',
  RETRIES_MAX: '0',
};
/** Number of ended executions at which the fault begins. */
const faultAt = 100;
/** More than what can be in hand when it begins: so many ends show that work goes on. */
const progress = 150;

const spent = `SELECT coalesce(sum(attempts), 0)::int AS attempts FROM millrace.executions
  WHERE status = 'SUCCEEDED'`;

const wronglyFailed = `SELECT error FROM millrace.executions
  WHERE status NOT IN ('PENDING', 'RUNNING', 'SUCCEEDED') AND error <> 'BadNumber'`;

/** Waits until work goes on; returns after how many seconds. */
async function secondsToRecover({ fleet }: SumsFleet, batchId: string): Promise<number> {
  const startedAt = performance.now();
  await fleet.waitForEnded(batchId, faultAt + progress);
  return (performance.now() - startedAt) / 1_000;
}

async function expectNothingLost(sums: SumsFleet, batchId: string): Promise<void> {
  const { fleet, query, findFaults } = sums;
  await fleet.waitForEnd(batchId);
  expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
  for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
  expect(await findFaults()).toEqual([]);
  expect(await query(spent)).toEqual([{ attempts: 0 }]);
}

/** A fleet whose Redis is behind a proxy. */
async function createProxiedFleet(
  context: TestContext,
): Promise<{ readonly sums: SumsFleet; readonly proxy: TcpProxy; readonly batchId: string }> {
  let proxy: TcpProxy | null = null;
  const sums = await createSumsFleet(context, variables, {
    redisUrl: async ({ port }) => {
      proxy = await startTcpProxy(port);
      return `redis://127.0.0.1:${proxy.port}`;
    },
  });
  const started: TcpProxy | null = proxy;
  if (started === null) throw new Error('the proxy was started');
  context.onTestFinished(() => (started as TcpProxy).close());
  const [batchId] = await Promise.all([
    sums.fleet.startBatch('sums'),
    sums.fleet.start('leader'),
    sums.fleet.start('worker'),
    sums.fleet.start('worker'),
  ]);
  await sums.fleet.waitForEnded(batchId, faultAt);
  return { sums, proxy: started, batchId };
}

describe
  .skipIf(!hasPostgres || noRedis !== null)
  .concurrent('connections that are of no use any longer', () => {
    it('a failover of Redis that cuts no connection is followed within 20 s and costs nothing', {
      timeout: 300_000,
    }, async (context) => {
      const { sums, proxy, batchId } = await createProxiedFleet(context);
      const replica = await startReplica(context, sums.redis);

      await replica.command('REPLICAOF', 'NO', 'ONE');
      await sums.redis.command('REPLICAOF', '127.0.0.1', String(replica.port));
      proxy.target(replica.port);

      expect(await secondsToRecover(sums, batchId)).toBeLessThan(20);
      await expectNothingLost(sums, batchId);
    });

    it('half-open connections to Redis are replaced within 30 s and cost nothing', {
      timeout: 300_000,
    }, async (context) => {
      const { sums, proxy, batchId } = await createProxiedFleet(context);

      proxy.silence();

      expect(await secondsToRecover(sums, batchId)).toBeLessThan(30);
      await expectNothingLost(sums, batchId);
    });

    it.for(['worker', 'leader'] as const)(
      'half-open connections of a %s to PostgreSQL are replaced within 20 s and cost nothing',
      { timeout: 300_000 },
      async (role, context) => {
        const { database, url, proxy, proxiedUrl } = await createProxiedDatabase(context);
        const sums = await createSumsFleet(
          context,
          { ...variables, POSTGRES_URL: url },
          { database },
        );
        const proxied = { POSTGRES_URL: proxiedUrl };
        const [batchId] = await Promise.all([
          sums.fleet.startBatch('sums'),
          sums.fleet.start('leader', role === 'leader' ? proxied : {}),
          sums.fleet.start('worker', role === 'worker' ? proxied : {}),
        ]);
        await sums.fleet.waitForEnded(batchId, faultAt);

        proxy.silence();

        expect(await secondsToRecover(sums, batchId)).toBeLessThan(20);
        await expectNothingLost(sums, batchId);
      },
    );

    it('processes whose database is silent for good stop within 25 s of the signal', {
      timeout: 300_000,
    }, async (context) => {
      const { database, url, proxy, proxiedUrl } = await createProxiedDatabase(context);
      const sums = await createSumsFleet(
        context,
        { ...variables, POSTGRES_URL: url },
        { database },
      );
      const proxied = { POSTGRES_URL: proxiedUrl };
      const [batchId] = await Promise.all([
        sums.fleet.startBatch('sums'),
        sums.fleet.start('leader', proxied),
        sums.fleet.start('worker', proxied),
      ]);
      await sums.fleet.waitForEnded(batchId, faultAt);
      proxy.silenceNew(true);
      proxy.silence();
      const startedAt = performance.now();

      const ends = await sums.fleet.stop();

      expect((performance.now() - startedAt) / 1_000).toBeLessThan(25);
      for (const end of ends) expect(end).toMatchObject({ status: 0, signal: null });
      expect(await sums.query(wronglyFailed)).toEqual([]);
    });
  });

async function startReplica(context: TestContext, { port, command }: RedisServer) {
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(port)] });
  context.onTestFinished(() => replica.stop());
  await expect
    .poll(() => command<string>('INFO', 'replication'), { timeout: 20_000 })
    .toContain('state=online');
  return replica;
}
