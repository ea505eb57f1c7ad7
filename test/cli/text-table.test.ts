/** Rows as text. */
import { describe, expect, it } from 'vitest';
import { momentText, textTable } from '../../lib/cli/text-table.ts';

describe('a text table', () => {
  it('puts texts left and columns of numbers right, each as wide as its widest cell', () => {
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

  it('without rows is its header', () => {
    expect(textTable(['id', 'name'], [])).toEqual(['id  name']);
  });
});

describe('a moment', () => {
  it('is told to the second, in UTC', () => {
    expect(momentText(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02 03:04:05');
  });

  it('that has not come is nothing', () => {
    expect(momentText(null)).toBeNull();
  });
});
