/** Databases whose disk is really full for a while: PostgreSQL, and the embedded one. */
import { describe, expect, it, type TestContext } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { parseDocument, startCli, sumsConfig } from './cli-process.ts';
import { createEmbeddedDatabase, startDatabaseServer } from './process-database.ts';
import { createSumsFleet } from './sums-fleet.ts';

const items = 400;

/** Room for an empty PostgreSQL, its log and a small batch. */
const diskMegabytes = 160;

const settings = {
  min_wal_size: '32MB',
  max_wal_size: '32MB',
  shared_buffers: '16MB',
};

const probe: SmallDisk | null = mountSmallDisk(1);
probe?.unmount();

/** Mounts a disk of the test. */
function mountDisk(context: TestContext): SmallDisk {
  const disk = mountSmallDisk(diskMegabytes);
  if (disk === null) throw new Error('a disk could be mounted before');
  context.onTestFinished(() => disk.unmount());
  return disk;
}

describe.skipIf(probe === null).concurrent('a disk that is full', () => {
  it('a batch on the embedded database reports a full disk, and goes on when there is space again', {
    timeout: 300_000,
  }, async (context) => {
    const disk = mountDisk(context);
    const database = createEmbeddedDatabase(context, disk.folder);
    const start = ['batch', 'start', 'sums', '--config', sumsConfig, '--json'];
    const run = startCli(context, [...start, ...database.options], {
      ITEMS: String(items),
      DELAY_MS: '200',
      LEASE_SECONDS: '5',
      LOG_LEVEL: 'warn',
    });
    await run.waitForStderr(/^sums: .*\/s$/);

    disk.fill();
    await run.waitForStderr(/No space left on device. Check that its disk is not full/);
    disk.free();

    const ended = await run.ended;
    expect(ended).toMatchObject({ status: 0, signal: null });
    expect(parseDocument(ended)).toMatchObject(expectedSums(items));
    expect(await database.findFaults()).toEqual([]);
  });

  it.skipIf(!hasPostgres || noRedis !== null)(
    'a PostgreSQL whose disk is full for a while costs no execution and no attempt',
    {
      timeout: 300_000,
    },
    async (context) => {
      const disk = mountDisk(context);
      const { server, database } = await startDatabaseServer(context, {
        parentFolder: disk.folder,
        settings,
      });
      const { fleet, query, findFaults } = await createSumsFleet(
        context,
        { ITEMS: String(items), DELAY_MS: '300', LEASE_SECONDS: '5', CONCURRENCY: '30' },
        { database },
      );
      const [batchId, worker] = await Promise.all([
        fleet.startBatch('sums'),
        fleet.start('worker'),
        fleet.start('leader'),
      ]);
      const { ended } = await fleet.waitForEnded(batchId, 60);

      disk.fill();
      await worker.waitForStderr(/No space left on device|did not answer/);
      disk.free();
      // A server that could not write its log has ended.
      await server.restart();
      const startedAt = performance.now();
      await fleet.waitForEnded(batchId, Math.min(ended + 60, items));

      expect((performance.now() - startedAt) / 1_000).toBeLessThan(20);
      await fleet.waitForEnd(batchId);
      expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
      for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
      expect(await findFaults()).toEqual([]);
      const [spent] = await query(`
      SELECT sum(attempts)::int AS attempts FROM millrace.executions WHERE status = 'SUCCEEDED'`);
      expect(spent).toEqual({ attempts: 0 });
    },
  );
});
