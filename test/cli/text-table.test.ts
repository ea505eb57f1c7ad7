/** Tables and times as text. */
import { describe, expect, it } from 'vitest';
import { momentText, textTable } from '../../lib/cli/text-table.ts';

describe('a text table', () => {
  it('a table aligns texts left and numbers right, in columns as wide as their cells', () => {
    const rows = [
      ['a', 5, 'x'],
      ['longer', 1_000, null],
    ];

    expect(textTable(['name', 'n', 'note'], rows)).toEqual([
      'name       n  note',
      'a          5  x',
      'longer  1000  –',
    ]);
  });

  it('a table without rows is its header', () => {
    expect(textTable(['id', 'name'], [])).toEqual(['id  name']);
  });
});

describe('a time', () => {
  it('a time is printed to the second, in UTC', () => {
    expect(momentText(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02 03:04:05');
  });

  it('a missing time is not printed', () => {
    expect(momentText(null)).toBeNull();
  });
});
