/** A PostgreSQL that restarts while a batch runs on it, in one process and in several. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type OwnPostgres, startOwnPostgres } from '../support/postgres.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { parseDocument, startCli, sumsConfig } from './cli-process.ts';
import { createDatabaseOn, type PostgresDatabase } from './process-database.ts';
import { createSumsFleet } from './sums-fleet.ts';

/** Log lines of a process that has lost its database. */
const connectionLost = / did not answer at .*|terminat/;

let server: OwnPostgres | null = null;

beforeAll(async () => {
  server = await startOwnPostgres();
}, 60_000);

afterAll(() => server?.stop());

async function openOwnServer(
  context: TestContext,
): Promise<{ server: OwnPostgres; database: PostgresDatabase }> {
  if (server === null) return context.skip('there are no binaries to start a PostgreSQL from');
  return { server, database: await createDatabaseOn(context, server.url) };
}

describe.skipIf(!hasPostgres)('a database restart under a batch in one process', () => {
  it('a database restart delays a batch in one process and loses nothing', {
    timeout: 120_000,
  }, async (context) => {
    const { server: own, database } = await openOwnServer(context);
    const items = 600;
    const args = ['batch', 'start', 'sums', '--config', sumsConfig, '--json', ...database.options];
    const run = startCli(context, args, {
      ITEMS: String(items),
      DELAY_MS: '200',
      LEASE_SECONDS: '10',
      LOG_LEVEL: 'warn',
    });
    await run.waitForStderr(/^sums: .*\/s$/);

    await own.restart(() => run.waitForStderr(connectionLost, 3));

    const ended = await run.ended;
    expect(ended).toMatchObject({ status: 0, signal: null });
    expect(parseDocument(ended)).toMatchObject(expectedSums(items));
    expect(await database.findFaults()).toEqual([]);
  });
});

describe.skipIf(!hasPostgres || noRedis !== null)(
  'a database restart under a leader and two workers',
  () => {
    it.for(['fast', 'immediate'] as const)(
      'a %s database restart costs a fleet no execution, no attempt and no process',
      { timeout: 120_000 },
      async (how, context) => {
        const { server: own, database } = await openOwnServer(context);
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

        await own.restart(() => worker.waitForStderr(connectionLost, 3), how);

        await fleet.waitForEnd(batchId);
        expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
        const ends = await fleet.stop();
        for (const end of ends) expect(end).toMatchObject({ status: 0, signal: null });
        expect(await findFaults()).toEqual([]);
      },
    );
  },
);
