/** A PostgreSQL that restarts while a batch runs on it, in one process and in several. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { faultsOf } from '../support/check-store.ts';
import { type OwnPostgres, startOwnPostgres } from '../support/postgres.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { documentOf, startCli, sumsConfig } from './cli-process.ts';
import { queryAt } from './data-home.ts';
import { startSumsFleet } from './sums-fleet.ts';

const items = 2_000;

let server: OwnPostgres | null = null;

beforeAll(async () => {
  server = await startOwnPostgres();
}, 60_000);

afterAll(() => server?.stop());

describe.skipIf(!hasPostgres)('a database that restarts in mid-batch', () => {
  it('costs the batch time and nothing else', { timeout: 60_000 }, async ({ skip }) => {
    if (server === null) return skip('there are no binaries to start a PostgreSQL of its own from');
    const words = ['batch', 'start', 'sums', '--config', sumsConfig, '--json'];
    const run = startCli([...words, '--postgres', server.url], {
      ITEMS: String(items),
      LEASE_SECONDS: '10',
      LOG_LEVEL: 'warn',
    });
    await run.saysOnStderr(/^sums: .*\/s$/);

    await server.restart(() => run.saysOnStderr(/ did not answer at .*|terminat/, 3));

    const ended = await run.ended;
    expect(ended).toMatchObject({ status: 0, signal: null });
    expect(documentOf(ended)).toMatchObject(expectedSums(items));
    expect(await faultsOf(queryAt(server.url))).toEqual([]);
  });
});

describe.skipIf(!hasPostgres || noRedis !== null)('a database of a leader and two workers', () => {
  it.each(['fast', 'immediate'] as const)(
    'that restarts in mid-batch (%s) costs no execution, no attempt and no process',
    { timeout: 120_000 },
    async (how) => {
      const own = await startOwnPostgres();
      if (own === null) throw new Error('there are no binaries to start a PostgreSQL from');
      onTestFinished(() => own.stop());
      const count = 5_000;
      const home = { words: ['--postgres', own.url], query: queryAt(own.url) };
      const settings = { ITEMS: String(count), LEASE_SECONDS: '10', CONCURRENCY: '100' };
      const { fleet, faults } = await startSumsFleet(settings, { home });
      await fleet.start('leader');
      const [worker] = await Promise.all([fleet.start('worker'), fleet.start('worker')]);
      const batchId = await fleet.record('sums');
      await fleet.untilEnded(batchId, 1_000);

      await own.restart(() => worker.saysOnStderr(/ did not answer at .*|terminat/, 3), how);

      await fleet.untilOver(batchId);
      expect(await fleet.report(batchId)).toMatchObject(expectedSums(count));
      for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
      expect(await faults()).toEqual([]);
    },
  );
});
