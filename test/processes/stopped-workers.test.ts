/** Workers that are stopped in mid-batch: what they release continues elsewhere at once. */
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { createSumsFleet } from './sums-fleet.ts';

/** Longer than the timeout of the tests: a test that needed this lease to expire would fail. */
const endlessLease = { LEASE_SECONDS: '3600' };

const spent = `
  SELECT sum(e.attempts) FILTER (WHERE e.status = 'SUCCEEDED')::int AS attempts,
    sum(e.stalls)::int AS stalls,
    (SELECT count(*)::int FROM millrace.archive WHERE error <> 'BadNumber') AS "givenUp"
  FROM millrace.executions e`;
const nothing = { attempts: 0, stalls: 0, givenUp: 0 };

describe
  .skipIf(!hasPostgres || noRedis !== null)
  .concurrent('workers that are stopped in mid-batch', () => {
    it('workers that are stopped one after another cost no attempt, no stall and no lease', {
      timeout: 120_000,
    }, async (context) => {
      const items = 800;
      const { fleet, query, findFaults } = await createSumsFleet(context, {
        ...endlessLease,
        ITEMS: String(items),
        DELAY_MS: '100',
        CONCURRENCY: '50',
      });
      const [batchId, firstWorker] = await Promise.all([
        fleet.startBatch('sums'),
        fleet.start('worker'),
        fleet.start('leader'),
      ]);

      let worker = firstWorker;
      for (const share of [1, 2, 3, 4]) {
        await fleet.waitForEnded(batchId, (share * items) / 5);
        const [end] = await fleet.stop(worker);
        expect(end).toMatchObject({ status: 0, signal: null });
        worker = await fleet.start('worker');
      }

      await fleet.waitForEnd(batchId);
      expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
      expect(await query(spent)).toEqual([nothing]);
      expect(await findFaults()).toEqual([]);
    });

    it('executions that do not answer within the grace period run elsewhere at once', {
      timeout: 120_000,
    }, async (context) => {
      const items = 400;
      const { fleet, query, findFaults } = await createSumsFleet(context, {
        ...endlessLease,
        ITEMS: String(items),
        CONCURRENCY: '50',
        GRACE_SECONDS: '1',
      });
      const [batchId, holding] = await Promise.all([
        fleet.startBatch('sums'),
        fleet.start('worker', { GATE: 'never' }),
        fleet.start('leader'),
      ]);
      await holding.waitForStderr(/^holding$/, 50);

      const [end] = await fleet.stop(holding);
      await fleet.start('worker');

      expect(end).toMatchObject({ status: 0, signal: null });
      await fleet.waitForEnd(batchId);
      expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
      expect(await query(spent)).toEqual([nothing]);
      expect(await findFaults()).toEqual([]);
    });
  });
