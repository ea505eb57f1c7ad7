/** A batch in which everything fails, with leader, worker, PostgreSQL and Redis. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { createTemporaryFolder } from './process-database.ts';
import { createSumsFleet, type SumsFleet } from './sums-fleet.ts';

const manyItems = 10_000;
/** So many that their batch is paused long before its end, and soon ends once it goes on. */
const fewItems = 2_000;

/** The executions in flight until the failure rate is known: four micro-batches of 100. */
const inFlightMax = 400;

async function startFailing(
  context: TestContext,
  items: number,
  variables: Record<string, string> = {},
) {
  const up = join(createTemporaryFolder(context), 'up');
  const fleet = await createSumsFleet(context, {
    ITEMS: String(items),
    LEASE_SECONDS: '5',
    CONCURRENCY: '200',
    DOWN: up,
    ...variables,
  });
  await Promise.all([fleet.fleet.start('leader'), fleet.fleet.start('worker')]);
  return { ...fleet, bringUp: () => writeFileSync(up, '') };
}

/** Returns how many attempts have been made of the executions of the store. */
async function countAttempts({ query }: Pick<SumsFleet, 'query'>): Promise<number> {
  const [row] = await query<{ count: number }>(
    'SELECT sum(attempts)::int AS count FROM millrace.executions',
  );
  return row?.count ?? 0;
}

describe.skipIf(!hasPostgres || noRedis !== null).concurrent('a batch whose items all fail', () => {
  it('2,000 items that all fail pause the batch within 400 attempts, and none is lost', {
    timeout: 180_000,
  }, async (context) => {
    const { fleet, query, findFaults, bringUp } = await startFailing(context, fewItems);

    const batchId = await fleet.startBatch('sums');
    await fleet.waitForEnd(batchId);
    const attempts = await countAttempts({ query });
    const paused = await fleet.getBatch(batchId);

    expect(attempts).toBeLessThanOrEqual(inFlightMax);
    expect(paused).toMatchObject({
      status: 'PAUSED',
      onHold: true,
      failed: 0,
      reason: expect.stringContaining('failure rate of attempts'),
      changes: [{ action: 'pauseBatch', by: 'leader' }],
    });
    bringUp();
    await fleet.runCommand('batch', 'resume', 'sums', '--reason', 'it is up');
    await fleet.waitForEnd(batchId);
    expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(fewItems));
    expect(await findFaults()).toEqual([]);
  });

  it('10,000 items that all fail end a batch with a severe threshold within 400 attempts', {
    timeout: 300_000,
  }, async (context) => {
    const { fleet, query, findFaults } = await startFailing(context, manyItems, { SEVERE: '0.8' });

    const batchId = await fleet.startBatch('sums');
    await fleet.waitForEnd(batchId);

    expect(await countAttempts({ query })).toBeLessThanOrEqual(inFlightMax);
    expect(await fleet.getBatch(batchId)).toMatchObject({
      status: 'FAILED',
      succeeded: 0,
      reason: expect.stringContaining('severe threshold of 80 %'),
    });
    expect(await findFaults()).toEqual([]);
  });
});
