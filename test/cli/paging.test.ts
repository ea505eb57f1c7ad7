/** Pages as they are printed. */
import { describe, expect, it } from 'vitest';
import { printPage } from '../../lib/cli/paging.ts';

/** Prints a page of numbers, and returns the text. */
function print(page: Parameters<typeof printPage<number>>[3], json = false): string {
  let text = '';
  const stdout = { write: (piece: string) => (text += piece) };
  const interrupted = new AbortController().signal;
  const readStdin = async () => '';
  const io = { stdout, stderr: stdout, folder: '', readStdin, interrupted, exit: () => {} };
  printPage(io, { limit: 2, json }, 'numbers', page, (entries) => entries.map(String));
  return text;
}

describe('printPage', () => {
  const lookedAt = { rows: 50_000, backTo: Date.UTC(2026, 0, 2), isAll: false };

  it('a page that is not full says how far back the list has looked', () => {
    expect(print({ entries: [1], next: 'c', lookedAt })).toBe(
      '1\n\nlooked at 50,000, back to 2026-01-02 00:00:00; there may be more before\nmore: --cursor c\n',
    );
  });

  it('a full page, and the last, only show their entries and the cursor', () => {
    expect(print({ entries: [1, 2], next: 'c', lookedAt })).toBe('1\n2\n\nmore: --cursor c\n');
    expect(print({ entries: [1], next: null, lookedAt })).toBe('1\n');
    expect(JSON.parse(print({ entries: [1], next: null, lookedAt }, true))).toEqual({
      numbers: [1],
      next: null,
      lookedAt,
    });
  });
});
