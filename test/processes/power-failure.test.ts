/** Everything goes at once, in the middle of a batch: processes, database, queues. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startOwnPostgres } from '../support/postgres.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { queryAt } from './data-home.ts';
import { startSumsFleet } from './sums-fleet.ts';

const items = 4_000;

describe.skipIf(!hasPostgres || noRedis !== null)('a power failure in mid-batch', () => {
  it('costs what was being done, and nothing that was done', { timeout: 120_000 }, async () => {
    const postgres = await startOwnPostgres();
    if (postgres === null) throw new Error('there are no binaries to start a PostgreSQL from');
    onTestFinished(() => postgres.stop());
    const home = { words: ['--postgres', postgres.url], query: queryAt(postgres.url) };
    const settings = { ITEMS: String(items), LEASE_SECONDS: '3', CONCURRENCY: '100' };
    const { fleet, redis, query, faults } = await startSumsFleet(settings, { home });
    const parts = ['leader', 'worker', 'worker'] as const;
    const lost = await Promise.all(parts.map((part) => fleet.start(part)));
    const batchId = await fleet.record('sums');
    await fleet.untilEnded(batchId, items / 4);

    await Promise.all([
      ...lost.map((each) => fleet.kill(each)),
      postgres.restart(undefined, 'immediate'),
      redis.restart(),
    ]);
    await Promise.all(parts.map((part) => fleet.start(part)));

    await fleet.untilOver(batchId);
    expect(await fleet.report(batchId)).toMatchObject(expectedSums(items));
    expect(await faults()).toEqual([]);
    const [spent] = await query(`
      SELECT sum(attempts)::int AS attempts FROM millrace.executions WHERE status = 'SUCCEEDED'`);
    expect(spent).toEqual({ attempts: 0 });
  });
});
