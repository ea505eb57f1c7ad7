/** A process that is killed in mid-batch, and the processes that resume the batch. */
import { describe, expect, it, type TestContext } from 'vitest';
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

/** Starts the batch, kills it `kills` times after some progress, and resumes it to its end. */
async function killAndResume(
  context: TestContext,
  { options, query }: ProcessDatabase,
  kills: number,
): Promise<Record<string, unknown>> {
  const start = ['batch', 'start', 'sums', '--config', sumsConfig, '--json', ...options];
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
  const batches = await query<{ id: string }>('SELECT id FROM millrace.batches');
  const report = parseDocument(resumed);
  expect(batches).toEqual([{ id: report.batchId }]);
  return report;
}

describe.concurrent('a batch whose process is killed repeatedly', () => {
  it.skipIf(!hasPostgres)(
    'a batch on PostgreSQL whose process is killed three times produces its figures',
    { timeout: 90_000 },
    async (context) => {
      const database = await createPostgresDatabase(context);

      const report = await killAndResume(context, database, 3);

      expect(report).toMatchObject(expectedSums(items));
      expect(await database.findFaults()).toEqual([]);
    },
  );

  it('a batch on the embedded database whose process is killed twice produces its figures', {
    timeout: 120_000,
  }, async (context) => {
    const database = createEmbeddedDatabase(context);

    const report = await killAndResume(context, database, 2);

    expect(report).toMatchObject(expectedSums(items));
    expect(await database.findFaults()).toEqual([]);
  });
});
