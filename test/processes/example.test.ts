/** The wildlife-strike example as a user runs it: its figures, and a second start. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseDocument, runToEnd } from './cli-process.ts';
import { createEmbeddedDatabase } from './process-database.ts';

const config = fileURLToPath(
  new URL('../../examples/wildlife-strikes/millrace.config.ts', import.meta.url),
);

describe('the wildlife-strike example', () => {
  it('the example produces its figures, and a second start creates another batch', {
    timeout: 120_000,
  }, async (context) => {
    const database = createEmbeddedDatabase(context);
    const args = ['batch', 'start', 'wildlife-strikes', '--config', config, '--json'];

    const first = await runToEnd(context, [...args, ...database.options]);
    const faults = await database.findFaults();
    const second = await runToEnd(context, [...args, '--detach', ...database.options]);

    expect(first).toMatchObject({ status: 0, signal: null });
    const report = parseDocument(first);
    expect(report).toMatchObject({
      total: 10_000,
      succeeded: 9_985,
      failed: 15,
      archived: 15,
      byOutcome: { claim: 612, inspection: 489, filed: 8_884 },
      byPriority: { critical: 311, default: 750, low: 8_939 },
      claimedDollars: 39_023_825,
      seconds: expect.any(Number),
      executionsPerSecond: expect.any(Number),
    });
    expect(first.stderr).toMatch(/^wildlife-strikes: 10,000 of 10,000, 15 failed/m);
    expect(faults).toEqual([]);
    expect(parseDocument(second).batchId).not.toBe(report.batchId);
  });
});
