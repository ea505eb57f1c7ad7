/** The table of a batch's states. */
import { describe, expect, it } from 'vitest';
import { stateTable } from '../../lib/cli/state-table.ts';
import type { BatchStates } from '../../lib/operations/figures/state-report.ts';

const charge = {
  name: 'Charge',
  current: 12,
  entered: 3_400,
  failed: 2,
  caught: 1,
  retried: 7,
  tookMs: { p50: 40, p95: 900, p99: 2_000 },
};
const report: BatchStates = {
  asOf: 0,
  exactness: 'exact',
  notBegunOrReopened: 1_234,
  ended: {},
  states: [charge, { ...charge, name: 'Ship', tookMs: null }],
};

describe('the table of states', () => {
  it('each state has a row, and those in no state are counted above', () => {
    expect(stateTable(report)).toEqual([
      'Executions by state; 1,234 in none:',
      '  state   now  entered  failed  caught  retried  p50 ms  p95 ms',
      '  Charge   12     3400       2       1        7      40     900',
      '  Ship     12     3400       2       1        7       –       –',
    ]);
  });

  it('a sample is labelled as one, and unknown states are not shown', () => {
    expect(stateTable({ ...report, exactness: 'sampled' })[0]).toMatch(/\(a sample\)/);
    expect(stateTable({ ...report, exactness: 'none', states: [] })).toEqual([]);
  });
});
