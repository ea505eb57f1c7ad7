/** The text that `npm run cost` prints and docs/cost.md quotes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../bench/cost/comparison.ts';
import { numberFlags } from '../../../bench/cost/flags.ts';
import { measuredCallsPer1000 } from '../../../bench/cost/measured-calls.ts';
import { prices } from '../../../bench/cost/prices.ts';
import { helpText, reportText } from '../../../bench/cost/report-text.ts';
import { completeWorkload } from '../../../bench/cost/workload.ts';
import { codeIn, readDocument, section, tableRows } from '../../docs/markdown.ts';

const results = new URL('../../../bench/results/', import.meta.url);

describe('the report of the cost model', () => {
  const report = reportText(compare(completeWorkload({ statements: 11, writes: 5 })), false);

  it('the report has a line for each engine and the origin of its Data API calls', () => {
    expect(report).toContain('Lambda durable functions');
    expect(report).toContain('110 Data API calls per 1,000 executions (estimated; npm run bench');
  });

  it('docs/cost.md shows the report as it is printed', () => {
    const [, shown] = /```text\n([\s\S]*?)```/.exec(readDocument('docs/cost.md')) ?? [];

    expect(shown?.trim()).toBe(report);
  });

  it('the help text and docs/cost.md list every flag of the cost model', () => {
    const names = Object.keys(numberFlags).map((name) => `--${name}`);
    const rows = tableRows(section(readDocument('docs/cost.md'), '## Flags'));

    expect(names.filter((name) => !helpText().includes(name))).toEqual([]);
    expect(rows.flatMap(([cell = '']) => codeIn(cell))).toEqual(expect.arrayContaining(names));
  });
});

describe('prices', () => {
  it.each(Object.entries(prices))(
    'the price %s has a source and a date',
    (_, { usd, source, date }) => {
      expect(usd).toBeGreaterThan(0);
      expect(source).toMatch(/[a-z]+\.[a-z]+|public cost estimates/);
      expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    },
  );
});

describe('measuredCallsPer1000', () => {
  it('the most expensive measured case determines the number of calls', () => {
    const text = readFileSync(new URL('data-api.json', results), 'utf8');
    const calls = measuredCallsPer1000() ?? 0;

    expect(text).toContain(`"value": ${calls},`);
    expect(calls).toBeGreaterThan(50);
  });

  it('the number of calls is null before the benchmark has run', () => {
    expect(measuredCallsPer1000(new URL('nothing.json', results))).toBeNull();
  });

  it('a results file without the number of calls is refused', () => {
    const other = new URL('durable.json', results);

    expect(readFileSync(other, 'utf8')).toContain('figures');
    expect(() => measuredCallsPer1000(other)).toThrow('has no figure in calls/1,000 executions');
  });
});
