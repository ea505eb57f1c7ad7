/** The summary that a batch prints at its end. */
import { describe, expect, it } from 'vitest';
import { batchSummary } from '../../lib/cli/batch-summary.ts';
import type { BatchReport } from '../../lib/operations/batches/batch-report.ts';
import { noOpenExecutions } from '../../lib/ports/store/batch-queries.ts';

const report: BatchReport = {
  batchId: 'b-1',
  name: 'orders',
  status: 'SUCCEEDED',
  reason: null,
  parentExecutionId: null,
  total: 12_345,
  succeeded: 12_343,
  failed: 2,
  leftOut: 0,
  retried: 0,
  onHold: false,
  open: noOpenExecutions,
  archived: 2,
  seconds: 9.87,
  executionsPerSecond: 1_251,
  perSecond: null,
  secondsLeft: null,
  durationMs: { p50: 12.4, p95: 999, p99: 1_500 },
  byError: { BadAddress: 2 },
  byRetriedError: {},
  byPriority: { low: 12_000, default: 345 },
  changes: [],
};

describe('the summary of a batch', () => {
  it('a summary has every figure', () => {
    const text = batchSummary(report, 'PGlite in /data');

    expect(text).toContain('orders SUCCEEDED\n');
    expect(text).toMatch(/executions +12,345\n/);
    expect(text).toMatch(/succeeded +12,343\n/);
    expect(text).toMatch(/failed +2, all in the archive \(BadAddress 2\)\n/);
    expect(text).toMatch(/in +9\.9 s, 1,251 executions\/s\n/);
    expect(text).toMatch(/each took +p50 12 ms, p95 999 ms, p99 1\.5 s\n/);
    expect(text).toMatch(/by priority +low 12,000, default 345\n/);
    expect(text).toMatch(/data +PGlite in \/data\n/);
  });

  it('a summary proposes to look at executions only where there are some', () => {
    const bare: BatchReport = { ...report, total: 0, succeeded: 0, failed: 0, archived: 0 };

    expect(batchSummary(report, 'memory')).toMatch(/\nNext:\n {2}npx millrace execution list /);
    expect(batchSummary({ ...bare, leftOut: 3 }, 'memory')).not.toContain('Next:');
  });

  it('the commands that come next are the last lines of a summary', () => {
    const text = batchSummary(report, 'memory', { details: ['Executions by state'] });

    expect(text).toMatch(
      /^orders SUCCEEDED\n[\s\S]*\n\nExecutions by state\n\nNext:\n(?: {2}.*\n)+$/,
    );
  });

  it('a summary says why a batch is empty', () => {
    const bare: BatchReport = { ...report, total: 0, succeeded: 0, failed: 0, archived: 0 };

    expect(batchSummary(bare, 'memory')).toMatch(/executions +0: the source is empty\n/);
    expect(batchSummary({ ...bare, leftOut: 1_000 }, 'memory')).toMatch(
      /executions +0\n[\s\S]*left out +1,000: earlier executions have their names or sources\n/,
    );
  });

  it('a summary of an open batch has the number of open executions', () => {
    const open: BatchReport = { ...report, status: 'RUNNING', succeeded: 12_000 };

    expect(batchSummary({ ...open, open: { ...noOpenExecutions, running: 343 } }, '')).toMatch(
      /not ended yet +343 \(running 343\)\n/,
    );
    expect(batchSummary(report, 'memory')).not.toContain('not ended');
  });

  it('a summary of an open batch tells where its executions are, and how fast it is', () => {
    const open: BatchReport = {
      ...report,
      status: 'RUNNING',
      succeeded: 12_000,
      retried: 700,
      open: { ...noOpenExecutions, running: 40, retrying: 300, waiting: 3 },
      byRetriedError: { Busy: 20, Down: 270, Rare: 1, Slow: 9 },
      perSecond: 12.5,
      secondsLeft: 130,
    };

    const text = batchSummary(open, 'memory');

    expect(text).toMatch(
      /not ended yet +343 \(running 40, waiting for a retry 300, waiting for a callback 3\)\n/,
    );
    expect(text).toMatch(/retried +700 failed attempts; now Down 270, Busy 20, Slow 9\n/);
    expect(text).toMatch(/last minute +12\.5 executions\/s; about 2 min left\n/);
  });

  it('a summary tells who paused and resumed a batch, when and why, oldest first', () => {
    const at = Date.UTC(2026, 4, 1, 3, 7);
    const paused: BatchReport = {
      ...report,
      status: 'PAUSED',
      changes: [
        { at: at + 60_000, action: 'resumeBatch', by: null, via: 'cli', reason: null },
        { at, action: 'pauseBatch', by: 'leader', via: 'program', reason: 'too many' },
      ],
    };

    const text = batchSummary(paused, 'memory');

    expect(text).toContain('  2026-05-01 03:07:00  paused by leader: too many\n');
    expect(text).toContain('  2026-05-01 03:08:00  resumed by cli\n');
    expect(text).toMatch(/millrace batch resume b-1 --reason TEXT /);
    expect(text).toMatch(/millrace batch cancel b-1 /);
  });

  it('a summary has the next commands, with the options that reach the data', () => {
    const text = batchSummary(report, 'PGlite in /data', { flags: ' --data /data' });

    expect(text).toMatch(/millrace execution list --batch b-1 --data \/data /);
    expect(text).toMatch(/millrace archive redrive --batch b-1 --data \/data /);
  });

  it('a summary of a map run names the execution whose distributed Map it is', () => {
    const text = batchSummary({ ...report, parentExecutionId: 'e-1' }, 'memory');

    expect(text).toMatch(/map run of +e-1\n/);
    expect(batchSummary(report, 'memory')).not.toContain('map run');
  });

  it('a summary does not mention the archive when nothing failed', () => {
    const all = { ...report, failed: 0, archived: 0, byError: {} };

    const text = batchSummary(all, 'memory');

    expect(text).toMatch(/failed +0\n/);
    expect(text).not.toContain('archive');
  });

  it("a summary has the app's own figures, in words", () => {
    const own = { ...report, claimedDollars: 1_000_000, byOutcome: { filed: 3 }, note: ['a'] };

    const text = batchSummary(own, 'memory');

    expect(text).toMatch(/claimed dollars +1,000,000\n/);
    expect(text).toMatch(/by outcome +filed 3\n/);
    expect(text).toMatch(/note +\["a"\]\n/);
  });

  it('a summary says why a batch failed, and how many failures are archived', () => {
    const failed: BatchReport = { ...report, status: 'FAILED', reason: 'too many', archived: 1 };

    const text = batchSummary({ ...failed, durationMs: null }, 'memory');

    expect(text).toContain('orders FAILED: too many\n');
    expect(text).toMatch(/failed +2, 1 in the archive/);
    expect(text).toMatch(/each took +no execution has ended\n/);
  });
});
