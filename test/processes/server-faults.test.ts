/** A database that refuses statements for a while: read-only, locked, full, or behind a pooler. */
import { describe, expect, it } from 'vitest';
import type { Query } from '../support/check-store.ts';
import { noPgbouncer, startPgbouncer } from '../support/pgbouncer-server.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { createProxiedDatabase, startDatabaseServer } from './process-database.ts';
import { createSumsFleet, type SumsFleet } from './sums-fleet.ts';

const items = 300;
const variables = {
  ITEMS: String(items),
  IN_FLIGHT: '300',
  DELAY_MS: '300',
  LEASE_SECONDS: '10',
  CONCURRENCY: '40',
  RETRIES_MAX: '0',
  STATEMENT_SECONDS: '2',
};
/** Number of ended executions at which the fault begins. */
const faultAt = 40;
/** More than what can be in hand when the fault ends: so many ends show that work goes on. */
const progress = 70;

const spent = `SELECT coalesce(sum(attempts), 0)::int AS attempts FROM millrace.executions
  WHERE status = 'SUCCEEDED'`;
const count = `SELECT count(*)::int AS ended FROM millrace.executions WHERE ended_at IS NOT NULL`;

/** Read-only for 0.7 s, four times, as a failover or a disk guard makes it. */
async function makeReadOnly(query: Query): Promise<void> {
  for (let times = 0; times < 4; times += 1) {
    await query('ALTER SYSTEM SET default_transaction_read_only = on');
    await query('SELECT pg_reload_conf()');
    await query('SELECT pg_sleep(0.7)');
    await query('ALTER SYSTEM SET default_transaction_read_only = off');
    await query('SELECT pg_reload_conf()');
    await query(`SELECT pg_sleep(${0.2 + 0.3 * times})`);
  }
}

/** Locked for more than twice as long as a statement may take. */
async function lockExecutions(query: Query): Promise<void> {
  await query(`BEGIN; LOCK TABLE millrace.executions IN ACCESS EXCLUSIVE MODE;
    SELECT pg_sleep(5); COMMIT`);
}

/** Every write fails as on a full disk, for 2 s. */
async function fillDisk(query: Query): Promise<void> {
  await query(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'No space left on device'; END $$`);
  await query(`CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON millrace.executions
    FOR EACH STATEMENT EXECUTE FUNCTION full_disk()`);
  await query('SELECT pg_sleep(2)');
  await query('DROP TRIGGER full_disk ON millrace.executions');
}

const faults: [string, (query: Query) => Promise<void>][] = [
  ['a database that is read-only for 0.7 s four times', makeReadOnly],
  ['a table that is locked for 5 s, beyond the deadline of statements,', lockExecutions],
  ['a database whose disk is full for 2 s', fillDisk],
];

async function expectNothingLost({ fleet, query, findFaults }: SumsFleet, batchId: string) {
  await fleet.waitForEnd(batchId);
  expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
  for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
  expect(await findFaults()).toEqual([]);
  expect(await query(spent)).toEqual([{ attempts: 0 }]);
}

describe
  .skipIf(!hasPostgres || noRedis !== null)
  .concurrent('a database that refuses statements', () => {
    it.for(faults)(
      '%s costs no execution and no attempt, and work goes on within 10 s',
      { timeout: 300_000 },
      async ([_, cause], context) => {
        const { database } = await startDatabaseServer(context);
        const sums = await createSumsFleet(context, variables, { database });
        const { fleet, query } = sums;
        const [batchId] = await Promise.all([
          fleet.startBatch('sums'),
          fleet.start('leader'),
          fleet.start('worker'),
        ]);
        await fleet.waitForEnded(batchId, faultAt);

        await cause(query);

        const [{ ended } = { ended: 0 }] = await query<{ ended: number }>(count);
        const startedAt = performance.now();
        await fleet.waitForEnded(batchId, Math.min(ended + progress, items));
        expect((performance.now() - startedAt) / 1_000).toBeLessThan(10);
        await expectNothingLost(sums, batchId);
      },
    );

    it.skipIf(noPgbouncer !== null)(
      'a fleet behind PgBouncer in transaction mode works off a batch',
      { timeout: 300_000 },
      async (context) => {
        const { database, url } = await createProxiedDatabase(context);
        const pooler = await startPgbouncer(url);
        context.onTestFinished(() => pooler.stop());
        const sums = await createSumsFleet(
          context,
          { ...variables, POSTGRES_URL: pooler.url, POSTGRES_POOLER: 'true' },
          { database },
        );
        const [batchId] = await Promise.all([
          sums.fleet.startBatch('sums'),
          sums.fleet.start('leader'),
          sums.fleet.start('worker'),
          sums.fleet.start('worker'),
        ]);

        await expectNothingLost(sums, batchId);
      },
    );
  });
