/** Several processes on one PostgreSQL: at the same time, and one frozen past its lease. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../support/check-store.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { type CliProcess, documentOf, runToEnd, startCli, sumsConfig } from './cli-process.ts';
import { postgresHome, temporaryFolder } from './data-home.ts';

const start = ['batch', 'start', 'sums', '--config', sumsConfig, '--json'];
const quiet = { LOG_LEVEL: 'silent' };

describe.skipIf(!hasPostgres)('two processes on one PostgreSQL', () => {
  it('that each run a batch at the same time double nothing', { timeout: 60_000 }, async () => {
    const home = await postgresHome();
    const settings = { ...quiet, ITEMS: '1000' };

    const ends = await Promise.all([
      runToEnd([...start, ...home.words], { ...settings, LABEL: 'A' }),
      runToEnd([...start, ...home.words], { ...settings, LABEL: 'B' }),
    ]);

    const reports = ends.map(documentOf);
    for (const report of reports) expect(report).toMatchObject(expectedSums(1_000));
    expect(reports[0]?.batchId).not.toBe(reports[1]?.batchId);
    expect(await faultsOf(home.query)).toEqual([]);
  });

  it('share a batch that a third one only recorded', { timeout: 60_000 }, async () => {
    const home = await postgresHome();
    const gate = join(temporaryFolder(), 'open');
    const settings = { ...quiet, ITEMS: '600', CONCURRENCY: '50', GATE: gate };
    const recorded = await runToEnd([...start, '--detach', ...home.words], settings);
    const words = ['dev', '--config', sumsConfig, ...home.words];
    const workers: CliProcess[] = [];
    // Both hold all that they can before either gets on; what the first one has queued, and only
    // that process knows of, the second one queues again.
    for (const LABEL of ['A', 'B']) {
      const worker = startCli(words, { ...settings, LABEL });
      workers.push(worker);
      await worker.saysOnStderr(/^holding$/, 49);
    }

    writeFileSync(gate, '');

    const { batchId } = documentOf(recorded);
    const follow = [...start, '--resume', ...home.words];
    const report = documentOf(await runToEnd(follow, { ...settings, LABEL: 'C' }));
    expect(report).toMatchObject({ ...expectedSums(600), batchId });
    expect(report.byLabel).toMatchObject({ A: expect.any(Number), B: expect.any(Number) });
    for (const worker of workers) worker.kill('SIGTERM');
    for (const worker of workers) expect(await worker.ended).toMatchObject({ status: 0 });
    expect(await faultsOf(home.query)).toEqual([]);
  });
});

describe.skipIf(!hasPostgres)('a process frozen past its lease', () => {
  it('wakes to write nothing over what another one did meanwhile', {
    timeout: 60_000,
  }, async () => {
    const home = await postgresHome();
    const gate = join(temporaryFolder(), 'open');
    const settings = { ...quiet, ITEMS: '40', CONCURRENCY: '40', LEASE_SECONDS: '2' };
    const frozen = startCli([...start, ...home.words], { ...settings, LABEL: 'A', GATE: gate });
    await frozen.saysOnStderr(/^holding$/, 39);
    frozen.kill('SIGSTOP');

    const other = await runToEnd([...start, '--resume', ...home.words], {
      ...settings,
      LABEL: 'B',
    });
    writeFileSync(gate, '');
    frozen.kill('SIGCONT');

    const woken = await frozen.ended;
    const figures = { ...expectedSums(40), byLabel: { B: 39 } };
    expect(documentOf(other)).toMatchObject(figures);
    expect(documentOf(woken)).toMatchObject(figures);
    expect(await faultsOf(home.query)).toEqual([]);
  });
});
