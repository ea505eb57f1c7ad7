/** The example as a user runs it: two commands, the figures, and what a second run is. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../support/check-store.ts';
import { documentOf, runToEnd } from './cli-process.ts';
import { embeddedHome } from './data-home.ts';

const config = fileURLToPath(
  new URL('../../examples/wildlife-strikes/millrace.config.ts', import.meta.url),
);

describe('the wildlife-strike example', () => {
  it('comes to its figures, and a second start is another batch', {
    timeout: 120_000,
  }, async () => {
    const home = await embeddedHome();
    const start = ['batch', 'start', 'wildlife-strikes', '--config', config, '--json'];

    const first = await runToEnd([...start, ...home.words]);
    const faults = await faultsOf(home.query);
    const second = await runToEnd([...start, '--detach', ...home.words]);

    expect(first).toMatchObject({ status: 0, signal: null });
    const report = documentOf(first);
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
    expect(documentOf(second).batchId).not.toBe(report.batchId);
  });
});
