/** A PostgreSQL that is lost for good, and its replica, which takes its place. */
import { describe, expect, it } from 'vitest';
import { hasBaseBackup, startPostgresReplica } from '../support/postgres-replica.ts';
import { noRedis } from '../support/redis-server.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { openPostgresDatabase, startDatabaseServer } from './process-database.ts';
import { createSumsFleet } from './sums-fleet.ts';

const items = 400;

describe
  .skipIf(!hasPostgres || !hasBaseBackup || noRedis !== null)
  .concurrent('a failover of PostgreSQL', () => {
    it('a failover to a synchronous replica in mid-batch loses nothing, and work goes on within 20 s', {
      timeout: 300_000,
    }, async (context) => {
      const { server } = await startDatabaseServer(context);
      const replica = await startPostgresReplica(server.url);
      context.onTestFinished(() => replica.stop());
      const url = new URL(server.url);
      const proxy = await startTcpProxy(Number(url.port));
      context.onTestFinished(() => proxy.close());
      url.host = `127.0.0.1:${proxy.port}`;
      const database = openPostgresDatabase(context, url.href);
      const { fleet, query, findFaults } = await createSumsFleet(
        context,
        { ITEMS: String(items), DELAY_MS: '300', LEASE_SECONDS: '5', CONCURRENCY: '30' },
        { database },
      );
      const [batchId] = await Promise.all([
        fleet.startBatch('sums'),
        fleet.start('worker'),
        fleet.start('leader'),
      ]);
      const { ended } = await fleet.waitForEnded(batchId, 60);

      await server.crash();
      const startedAt = performance.now();
      await replica.promote();
      proxy.target(replica.port);
      await fleet.waitForEnded(batchId, ended + 60);

      expect((performance.now() - startedAt) / 1_000).toBeLessThan(20);
      await fleet.waitForEnd(batchId);
      expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
      for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
      expect(await findFaults()).toEqual([]);
      const [spent] = await query(`
        SELECT sum(attempts)::int AS attempts FROM millrace.executions WHERE status = 'SUCCEEDED'`);
      expect(spent).toEqual({ attempts: 0 });
    });
  });
