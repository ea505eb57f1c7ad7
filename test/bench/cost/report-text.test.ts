/** What `npm run cost` prints, and docs/cost.md quotes. */
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

  it('has a line for each engine, and says where its calls come from', () => {
    expect(report).toContain('Lambda durable functions');
    expect(report).toContain('110 Data API calls per 1,000 executions (reckoned; npm run bench');
  });

  it('is what docs/cost.md shows', () => {
    const [, shown] = /```text\n([\s\S]*?)```/.exec(readDocument('docs/cost.md')) ?? [];

    expect(shown?.trim()).toBe(report);
  });

  it('tells every flag on demand, and docs/cost.md explains each', () => {
    const names = Object.keys(numberFlags).map((name) => `--${name}`);
    const rows = tableRows(section(readDocument('docs/cost.md'), '## Flags'));

    expect(names.filter((name) => !helpText().includes(name))).toEqual([]);
    expect(rows.flatMap(([cell = '']) => codeIn(cell))).toEqual(expect.arrayContaining(names));
  });
});

describe('every price', () => {
  it.each(Object.entries(prices))('has a source and a date: %s', (_, { usd, source, date }) => {
    expect(usd).toBeGreaterThan(0);
    expect(source).not.toBe('');
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });
});

describe('the calls that were measured', () => {
  it('are those of the dearest case', () => {
    const text = readFileSync(new URL('data-api.json', results), 'utf8');
    const calls = measuredCallsPer1000() ?? 0;

    expect(text).toContain(`"value": ${calls},`);
    expect(calls).toBeGreaterThan(50);
  });

  it('are none before the bench has run', () => {
    expect(measuredCallsPer1000(new URL('nothing.json', results))).toBeNull();
  });

  it('are refused in a file that does not have them', () => {
    const other = new URL('durable.json', results);

    expect(readFileSync(other, 'utf8')).toContain('figures');
    expect(() => measuredCallsPer1000(other)).toThrow('has no figure in calls/1,000 executions');
  });
});
