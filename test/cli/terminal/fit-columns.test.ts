/** Tables on a terminal that is too narrow for them. */
import { describe, expect, it } from 'vitest';
import type { Paint } from '../../../lib/cli/terminal/paint.ts';
import { textTable } from '../../../lib/cli/text-table.ts';

const header = ['id', 'name', 'status', 'total', 'created'];
const rows = [
  ['01a22d5c-7598-76c0-a66e-ef2c5397828a', 'orders', 'RUNNING', 12_345, '2026-11-30 16:49:00'],
  ['01a22d5c-7598-76c0-a66e-ef2c5397828b', 'a-very-long-name-of-a-batch', 'FAILED', 1, null],
];

const noPaint: Paint = (_, text) => text;

function widthAt(columns: number): number {
  const look = { columns, paint: noPaint };
  const lines = textTable(header, rows, { look, optional: ['created'] });
  return Math.max(...lines.map((line) => line.length));
}

describe('a table on a terminal', () => {
  it('a table that fits is shown whole', () => {
    const look = { columns: 200, paint: noPaint };

    expect(textTable(header, rows, { look, optional: ['created'] })).toEqual(
      textTable(header, rows),
    );
  });

  it('a table fits every width of a terminal, and numbers stay whole', () => {
    for (const columns of [120, 100, 80, 60, 45])
      expect(widthAt(columns)).toBeLessThanOrEqual(columns);
    const look = { columns: 45, paint: noPaint };

    expect(textTable(header, rows, { look, optional: ['created'] }).join('\n')).toContain('12345');
  });

  it('a column that may be missing is left out before a text is shortened', () => {
    const look = { columns: 90, paint: noPaint };

    const [title, first] = textTable(header, rows, { look, optional: ['created'] });

    expect(title).not.toContain('created');
    expect(first).toContain('01a22d5c-7598-76c0-a66e-ef2c5397828a');
  });

  it('the words of a status have its colour, and columns stay aligned', () => {
    const look = { paint: ((style, text) => `<${style}>${text}</>`) as Paint };

    const [title, first, second] = textTable(
      ['status', 'n'],
      [
        ['FAILED', 1],
        ['SUCCEEDED', 10],
      ],
      {
        look,
      },
    );

    expect(title).toBe('<dim>status</>      <dim>n</>');
    expect([first, second]).toEqual(['<red>FAILED</>      1', '<green>SUCCEEDED</>  10']);
  });
});
