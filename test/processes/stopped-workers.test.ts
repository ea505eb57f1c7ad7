/** Workers that are told to stop in mid-batch: what they hand back goes on elsewhere at once. */
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { startSumsFleet } from './sums-fleet.ts';

/** Nobody waits for this long: what would need it to run out does not end in time. */
const endlessLease = { LEASE_SECONDS: '3600' };

const spent = `
  SELECT sum(e.attempts) FILTER (WHERE e.status = 'SUCCEEDED')::int AS attempts,
    sum(e.stalls)::int AS stalls,
    (SELECT count(*)::int FROM millrace.archive WHERE error <> 'BadNumber') AS "givenUp"
  FROM millrace.executions e`;
const nothing = { attempts: 0, stalls: 0, givenUp: 0 };

describe.skipIf(!hasPostgres || noRedis !== null)(
  'workers that are told to stop in mid-batch',
  () => {
    it('one after the other cost no attempt, no stall and no lease', {
      timeout: 120_000,
    }, async () => {
      const items = 4_000;
      const { fleet, query, faults } = await startSumsFleet({
        ...{ ...endlessLease, ITEMS: String(items), CONCURRENCY: '100' },
      });
      await fleet.start('leader');
      const batchId = await fleet.record('sums');

      for (const share of [1, 2, 3, 4]) {
        const worker = await fleet.start('worker');
        await fleet.untilEnded(batchId, (share * items) / 5);
        const [end] = await fleet.stop(worker);
        expect(end).toMatchObject({ status: 0, signal: null });
      }
      await fleet.start('worker');

      await fleet.untilOver(batchId);
      expect(await fleet.report(batchId)).toMatchObject(expectedSums(items));
      expect(await query(spent)).toEqual([nothing]);
      expect(await faults()).toEqual([]);
    });

    it('hand back what does not answer within the grace, to be run elsewhere at once', {
      timeout: 120_000,
    }, async () => {
      const items = 400;
      const { fleet, query, faults } = await startSumsFleet({
        ...{ ...endlessLease, ITEMS: String(items), CONCURRENCY: '50', GRACE_SECONDS: '1' },
      });
      await fleet.start('leader');
      const holding = await fleet.start('worker', { GATE: 'never' });
      const batchId = await fleet.record('sums');
      await holding.saysOnStderr(/^holding$/, 50);

      const [end] = await fleet.stop(holding);
      await fleet.start('worker');

      expect(end).toMatchObject({ status: 0, signal: null });
      await fleet.untilOver(batchId);
      expect(await fleet.report(batchId)).toMatchObject(expectedSums(items));
      expect(await query(spent)).toEqual([nothing]);
      expect(await faults()).toEqual([]);
    });
  },
);
