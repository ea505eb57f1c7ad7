/** A process that is killed in mid-batch, and the processes that resume the batch. */
import { describe, expect, it, type TestContext } from 'vitest';
import { findStoreFaults } from '../support/check-store.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { parseDocument, runToEnd, startCli, sumsConfig } from './cli-process.ts';
import {
  createEmbeddedDatabase,
  createPostgresDatabase,
  type ProcessDatabase,
} from './process-database.ts';

const items = 800;
const variables = {
  ITEMS: String(items),
  DELAY_MS: '200',
  LEASE_SECONDS: '2',
  LOG_LEVEL: 'silent',
};

/**
 * Starts the batch, kills it `kills` times after some progress, resumes it and checks its result.
 */
async function killAndResume(
  context: TestContext,
  database: ProcessDatabase,
  kills: number,
): Promise<void> {
  const start = ['batch', 'start', 'sums', '--config', sumsConfig, '--json', ...database.options];
  for (let kill = 0; kill < kills; kill += 1) {
    const run = startCli(context, kill === 0 ? start : [...start, '--resume'], variables);
    // The first line shows where the batch stands, the second that it has made progress.
    await run.waitForStderr(/^sums: .*\/s$/, 2);
    run.kill('SIGKILL');
    const { signal, stdout } = await run.ended;
    expect({ signal, stdout }).toEqual({ signal: 'SIGKILL', stdout: '' });
  }
  const resumed = await runToEnd(context, [...start, '--resume'], variables);
  expect(resumed).toMatchObject({ status: 0, signal: null });
  const report = parseDocument(resumed);
  expect(report).toMatchObject(expectedSums(items));
  await database.inspect(async (query) => {
    expect(await query('SELECT id FROM millrace.batches')).toEqual([{ id: report.batchId }]);
    expect(await findStoreFaults(query)).toEqual([]);
  });
}

describe.concurrent('a batch whose process is killed repeatedly', () => {
  it.skipIf(!hasPostgres)(
    'a batch on PostgreSQL whose process is killed three times produces its figures',
    { timeout: 120_000 },
    async (context) => killAndResume(context, await createPostgresDatabase(context), 3),
  );

  it(
    'a batch on the embedded database whose process is killed twice produces its figures',
    {
      timeout: 120_000,
    },
    (context) => killAndResume(context, createEmbeddedDatabase(context), 2),
  );
});
