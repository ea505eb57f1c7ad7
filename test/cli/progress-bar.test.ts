/** Progress on a terminal and in a log. */
import { describe, expect, it } from 'vitest';
import { barText, ProgressBar } from '../../lib/cli/progress-bar.ts';
import { safeOutput } from '../../lib/cli/terminal/safe-output.ts';

/** Creates an output that keeps what is written. */
function output(terminal: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  return { written, ...terminal, write: (text: string) => written.push(text) };
}

const progress = (done: number, total: number | null, failed = 0) => ({
  done,
  total,
  failed,
  perSecond: 12.4,
});

describe('the progress bar', () => {
  it('a progress bar redraws itself on a terminal, and ends with a new line', () => {
    const terminal = output({ isTTY: true, columns: 80 });
    const bar = new ProgressBar(safeOutput(terminal), 'orders');

    bar.update(progress(5, 10));
    bar.update(progress(10, 10));
    bar.end();
    bar.end();

    const [half = '', full = '', ...rest] = terminal.written;
    for (const drawn of [half, full]) expect(drawn.startsWith('\r\u001b[2Korders [█')).toBe(true);
    expect(half).toMatch(/█░+\] 5 of 10, 12\/s$/);
    expect(full).toMatch(/█\] 10 of 10, 12\/s$/);
    expect(rest).toEqual(['\n']);
  });

  it('progress in a log is a line for every tenth of the work, however often it is updated', () => {
    const log = output();
    const bar = new ProgressBar(log, 'orders');

    for (let done = 0; done <= 1_000; done += 1) bar.update(progress(done, 1_000));
    bar.end();

    expect(log.written.length).toBeGreaterThanOrEqual(10);
    expect(log.written.length).toBeLessThanOrEqual(12);
    expect(log.written.at(-1)).toBe('orders: 1,000 of 1,000, 12/s\n');
  });

  it('progress without a total is a few lines', () => {
    const log = output();
    const bar = new ProgressBar(log, 'orders');

    for (let done = 0; done <= 100_000; done += 100) bar.update(progress(done, null));

    expect(log.written[0]).toBe('orders: 1,000, 12/s\n');
    expect(log.written).toHaveLength(7);
  });

  it('progress is not shown before anything is done', () => {
    const log = output();

    new ProgressBar(log, 'orders').update(progress(0, 10));

    expect(log.written).toEqual([]);
  });

  it('progress shows failures as soon as there are some', () => {
    expect(barText('orders', progress(3, 4, 1), 80)).toContain('3 of 4, 1 failed, 12/s');
  });

  it.each([1, 10, 20, 40, 79, 200])('a progress bar fits into %i columns', (columns) => {
    const text = barText('a-rather-long-name-of-a-batch', progress(1, 1_000_000), columns);

    expect(text.length).toBeLessThanOrEqual(columns);
  });

  it('a progress bar is full when more is done than was counted', () => {
    expect(barText('orders', progress(11, 10), 80)).not.toContain('░');
  });
});
