/** Several processes on one PostgreSQL: at the same time, and one frozen past its lease. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { type CliProcess, parseDocument, runToEnd, startCli, sumsConfig } from './cli-process.ts';
import { createPostgresDatabase, createTemporaryFolder } from './process-database.ts';

const start = ['batch', 'start', 'sums', '--config', sumsConfig, '--json'];
const quiet = { LOG_LEVEL: 'silent' };

describe.skipIf(!hasPostgres).concurrent('several processes on one PostgreSQL', () => {
  it('two processes that run a batch each at the same time duplicate nothing', {
    timeout: 120_000,
  }, async (context) => {
    const database = await createPostgresDatabase(context);
    const args = [...start, ...database.options];
    const items = 600;
    const variables = { ...quiet, ITEMS: String(items), DELAY_MS: '100' };

    const ends = await Promise.all([
      runToEnd(context, args, { ...variables, LABEL: 'A' }),
      runToEnd(context, args, { ...variables, LABEL: 'B' }),
    ]);

    const reports = ends.map(parseDocument);
    for (const report of reports) expect(report).toMatchObject(expectedSums(items));
    expect(reports[0]?.batchId).not.toBe(reports[1]?.batchId);
    expect(await database.findFaults()).toEqual([]);
  });

  it('two processes share a batch that a third one has recorded', {
    timeout: 120_000,
  }, async (context) => {
    const database = await createPostgresDatabase(context);
    const args = [...start, ...database.options];
    const gate = join(createTemporaryFolder(context), 'open');
    const items = 400;
    const variables = { ...quiet, ITEMS: String(items), CONCURRENCY: '50', GATE: gate };
    const recorded = await runToEnd(context, [...args, '--detach'], variables);
    const dev = ['dev', '--config', sumsConfig, ...database.options];
    const workers: CliProcess[] = [];
    // Both hold all that they can before either continues. Only the first process knows the tasks
    // that it has queued in memory, so the second queues them again.
    for (const LABEL of ['A', 'B']) {
      const worker = startCli(context, dev, { ...variables, LABEL });
      workers.push(worker);
      await worker.waitForStderr(/^holding$/, 49);
    }

    writeFileSync(gate, '');

    const { batchId } = parseDocument(recorded);
    const resumed = await runToEnd(context, [...args, '--resume'], { ...variables, LABEL: 'C' });
    const report = parseDocument(resumed);
    expect(report).toMatchObject({ ...expectedSums(items), batchId });
    expect(report.byLabel).toMatchObject({ A: expect.any(Number), B: expect.any(Number) });
    for (const worker of workers) worker.kill('SIGTERM');
    for (const worker of workers) expect(await worker.ended).toMatchObject({ status: 0 });
    expect(await database.findFaults()).toEqual([]);
  });

  it('a process frozen past its lease overwrites nothing when it resumes', {
    timeout: 120_000,
  }, async (context) => {
    const database = await createPostgresDatabase(context);
    const args = [...start, ...database.options];
    const gate = join(createTemporaryFolder(context), 'open');
    const variables = { ...quiet, ITEMS: '40', CONCURRENCY: '40', LEASE_SECONDS: '2' };
    const frozen = startCli(context, args, { ...variables, LABEL: 'A', GATE: gate });
    await frozen.waitForStderr(/^holding$/, 39);
    frozen.kill('SIGSTOP');

    const other = await runToEnd(context, [...args, '--resume'], { ...variables, LABEL: 'B' });
    writeFileSync(gate, '');
    frozen.kill('SIGCONT');

    const resumed = await frozen.ended;
    const figures = { ...expectedSums(40), byLabel: { B: 39 } };
    expect(parseDocument(other)).toMatchObject(figures);
    expect(parseDocument(resumed)).toMatchObject(figures);
    expect(await database.findFaults()).toEqual([]);
  });
});
