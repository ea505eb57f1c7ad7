/** The figures that the README quotes are those that a bench wrote. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quotedFigures } from '../../bench/quote.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe("the README's figures", () => {
  it('are those of bench/results (mend: node bench/quote.ts)', () => {
    expect(cellsOf(readme)).toEqual(expect.arrayContaining(cellsOf(quotedFigures())));
  });
});

/** The rows of tables, whatever their widths. */
function cellsOf(markdown: string): string[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|') && !line.includes('---'));
  return rows.map((row) => row.replace(/\s+/g, ' ').trim());
}
