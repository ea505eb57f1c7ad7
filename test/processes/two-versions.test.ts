/** Version N and N+1 of a program side by side, over one PostgreSQL and one Redis. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { noRedis, startRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { Fleet } from './fleet.ts';
import { createPostgresDatabase } from './process-database.ts';

const items = 30;

/** Creates a fleet of each version, without processes, over the same services. */
async function createVersions(context: TestContext) {
  const database = await createPostgresDatabase(context);
  const redis = await startRedis();
  context.onTestFinished(() => redis.stop());
  const { query, findFaults } = database;
  const [older, newer] = ['older', 'newer'].map((version) => {
    const config = new URL(`apps/versions/${version}/millrace.config.ts`, import.meta.url);
    return new Fleet({
      context,
      options: ['--config', fileURLToPath(config), ...database.options, '--redis', redis.url],
      query,
      variables: { LOG_LEVEL: 'warn', ITEMS: String(items) },
    });
  });
  if (older === undefined || newer === undefined) throw new Error('there are two versions');
  return { older, newer, query, findFaults };
}

/** The lines of a process's log that contain `text`. */
function linesWith(stderr: string, text: string): string[] {
  return stderr.split('\n').filter((line) => line.includes(text));
}

describe.skipIf(!hasPostgres || noRedis !== null)('two versions of a program', () => {
  it('both versions finish their batches side by side: nothing fails, is lost or is retried, and restarts add no version', {
    timeout: 400_000,
  }, async (context) => {
    const { older, newer, query, findFaults } = await createVersions(context);
    // Only the older leader and worker are there: neither has what the newer batch needs.
    const [olderLeader, olderWorker, olderBatch, newerBatch] = await Promise.all([
      older.start('leader'),
      older.start('worker'),
      older.startBatch('older'),
      newer.startBatch('newer'),
    ]);
    await olderLeader.waitForStderr(/batch cannot be led here: left to other leaders/);

    await newer.start('leader');
    await olderWorker.waitForStderr(/handler not found.*quote/);
    const [olderEnd] = await older.stop(olderWorker);
    await Promise.all([older.start('worker'), newer.start('worker')]);
    await older.waitForEnd(olderBatch);
    await newer.waitForEnd(newerBatch);

    for (const [fleet, batchId] of [
      [older, olderBatch],
      [newer, newerBatch],
    ] as const) {
      expect(await fleet.getBatch(batchId)).toMatchObject({
        status: 'SUCCEEDED',
        succeeded: items,
        failed: 0,
        retried: 0,
      });
    }
    expect(await findFaults()).toEqual([]);
    const rows = await query<{ batch: string; output: string; attempts: number }>(`
      SELECT b.name AS batch, e.output, e.attempts FROM millrace.executions e
      JOIN millrace.batches b ON b.id = e.batch_id`);
    for (const { batch, output, attempts } of rows) {
      expect(attempts).toBe(0);
      const expected = batch === 'newer' ? { currency: 'EUR', taxedBy: 'newer' } : {};
      expect(JSON.parse(output)).toMatchObject({ ...expected, pricedBy: batch });
    }
    expect(
      await query<{ version: number }>('SELECT version FROM millrace.machines ORDER BY version'),
    ).toEqual([{ version: 1 }, { version: 2 }]);
    expect(linesWith(olderEnd?.stderr ?? '', 'handler not found')).toHaveLength(1);
    const [leaderEnd] = await older.stop(olderLeader);
    expect(linesWith(leaderEnd?.stderr ?? '', 'left to other leaders')).toHaveLength(1);
  });
});
