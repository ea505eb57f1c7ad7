/** What a process leaves that is killed in mid-batch, and what a resumed one makes of it. */
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../support/check-store.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { documentOf, runToEnd, startCli, sumsConfig } from './cli-process.ts';
import { type DataHome, embeddedHome, postgresHome } from './data-home.ts';

const items = 2_000;
const settings = { ITEMS: String(items), LEASE_SECONDS: '2', LOG_LEVEL: 'silent' };

/** Starts the batch, kills it `kills` times, each time further on its way, and resumes it. */
async function killAndResume(
  { words, query }: DataHome,
  kills: number,
): Promise<Record<string, unknown>> {
  const start = ['batch', 'start', 'sums', '--config', sumsConfig, '--json', ...words];
  for (let kill = 0; kill < kills; kill += 1) {
    const run = startCli(kill === 0 ? start : [...start, '--resume'], settings);
    // A first line tells where it stands, a second one that it has gone on.
    await run.saysOnStderr(/^sums: .*\/s$/, 2);
    run.kill('SIGKILL');
    const { signal, stdout } = await run.ended;
    expect({ signal, stdout }).toEqual({ signal: 'SIGKILL', stdout: '' });
  }
  const resumed = await runToEnd([...start, '--resume'], settings);
  expect(resumed).toMatchObject({ status: 0, signal: null });
  const batches = await query<{ id: string }>('SELECT id FROM millrace.batches');
  const report = documentOf(resumed);
  expect(batches).toEqual([{ id: report.batchId }]);
  return report;
}

describe('a batch whose process is killed again and again', () => {
  it.skipIf(!hasPostgres)(
    'comes to the same figures on PostgreSQL',
    { timeout: 90_000 },
    async () => {
      const home = await postgresHome();

      const report = await killAndResume(home, 3);

      expect(report).toMatchObject(expectedSums(items));
      expect(await faultsOf(home.query)).toEqual([]);
    },
  );

  it('comes to the same figures on the embedded database', { timeout: 120_000 }, async () => {
    const home = await embeddedHome();

    const report = await killAndResume(home, 2);

    expect(report).toMatchObject(expectedSums(items));
    expect(await faultsOf(home.query)).toEqual([]);
  });
});
