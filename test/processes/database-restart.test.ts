/** A PostgreSQL that restarts while a batch runs on it, in one process and in several. */
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { parseDocument, startCli, sumsConfig } from './cli-process.ts';
import { startDatabaseServer } from './process-database.ts';
import { createSumsFleet } from './sums-fleet.ts';

/** Log lines of a process that has lost its database. */
const connectionLost = / did not answer at .*|terminat/;

describe.skipIf(!hasPostgres).concurrent('a database restart in mid-batch', () => {
  it('a database restart delays a batch in one process and loses nothing', {
    timeout: 120_000,
  }, async (context) => {
    const { server, database } = await startDatabaseServer(context);
    const items = 600;
    const args = ['batch', 'start', 'sums', '--config', sumsConfig, '--json', ...database.options];
    const run = startCli(context, args, {
      ITEMS: String(items),
      DELAY_MS: '200',
      LEASE_SECONDS: '10',
      LOG_LEVEL: 'warn',
    });
    await run.waitForStderr(/^sums: .*\/s$/);

    await server.restart(() => run.waitForStderr(connectionLost, 3));

    const ended = await run.ended;
    expect(ended).toMatchObject({ status: 0, signal: null });
    expect(parseDocument(ended)).toMatchObject(expectedSums(items));
    expect(await database.findFaults()).toEqual([]);
  });

  it.skipIf(noRedis !== null).for(['fast', 'immediate'] as const)(
    'a database restart (%s) costs a fleet no execution, no attempt and no process',
    { timeout: 120_000 },
    async (how, context) => {
      const { server, database } = await startDatabaseServer(context);
      const items = 1_000;
      const { fleet, findFaults } = await createSumsFleet(
        context,
        { ITEMS: String(items), DELAY_MS: '500', LEASE_SECONDS: '10', CONCURRENCY: '100' },
        { database },
      );
      const [batchId, worker] = await Promise.all([
        fleet.startBatch('sums'),
        fleet.start('worker'),
        fleet.start('worker'),
        fleet.start('leader'),
      ]);
      await fleet.waitForEnded(batchId, 200);

      await server.restart(() => worker.waitForStderr(connectionLost, 3), how);

      await fleet.waitForEnd(batchId);
      expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
      const ends = await fleet.stop();
      for (const end of ends) expect(end).toMatchObject({ status: 0, signal: null });
      expect(await findFaults()).toEqual([]);
    },
  );
});
