/** Published figures are those that a bench wrote. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatQuotedFigures } from '../../bench/quote.ts';

const document = readFileSync(new URL('../../docs/benchmarks.md', import.meta.url), 'utf8');

describe('docs/benchmarks.md', () => {
  it('the published figures are those of bench/results (update: node bench/quote.ts)', () => {
    expect(cellsOf(document)).toEqual(expect.arrayContaining(cellsOf(formatQuotedFigures())));
  });
});

/** The rows of tables, whatever their widths. */
function cellsOf(markdown: string): string[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|') && !line.includes('---'));
  return rows.map((row) => row.replace(/\s+/g, ' ').trim());
}
