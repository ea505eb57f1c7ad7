/** Processes, database and queues that all fail at once, in the middle of a batch. */
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { startDatabaseServer } from './process-database.ts';
import { createSumsFleet } from './sums-fleet.ts';

const items = 1_000;

describe.skipIf(!hasPostgres || noRedis !== null)('a power failure in mid-batch', () => {
  it('a power failure costs the work in flight and nothing that was committed', {
    timeout: 120_000,
  }, async (context) => {
    const { server: postgres, database } = await startDatabaseServer(context);
    const { fleet, redis, query, findFaults } = await createSumsFleet(
      context,
      { ITEMS: String(items), DELAY_MS: '500', LEASE_SECONDS: '3', CONCURRENCY: '100' },
      { database },
    );
    const roles = ['leader', 'worker', 'worker'] as const;
    const [batchId, ...lost] = await Promise.all([
      fleet.startBatch('sums'),
      ...roles.map((role) => fleet.start(role)),
    ]);
    await fleet.waitForEnded(batchId, items / 4);

    await Promise.all([
      ...lost.map((each) => fleet.kill(each)),
      postgres.restart(undefined, 'immediate'),
      redis.restart(),
    ]);
    await Promise.all(roles.map((role) => fleet.start(role)));

    await fleet.waitForEnd(batchId);
    expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
    expect(await findFaults()).toEqual([]);
    const [spent] = await query(`
      SELECT sum(attempts)::int AS attempts FROM millrace.executions WHERE status = 'SUCCEEDED'`);
    expect(spent).toEqual({ attempts: 0 });
  });
});
