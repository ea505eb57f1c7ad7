/** What the page of a machine makes of its definitions. */
import { describe, expect, it } from 'vitest';
import { diffBlocks } from '../../../dashboard/src/screens/machines/diff-blocks.ts';
import { jsonLines, lineOfLocation } from '../../../dashboard/src/screens/machines/json-lines.ts';
import { diffLines } from '../../../dashboard/src/screens/machines/line-diff.ts';
import { testOverlays } from '../../../dashboard/src/screens/machines/test-overlays.ts';
import fc from '../../support/properties.ts';

describe('the difference of two texts', () => {
  it('lines of one side are kept apart from those of both', () => {
    const lines = diffLines('a\nb\nc\nd', 'a\nc\nx\nd');

    expect(lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'same a',
      'left b',
      'same c',
      'right x',
      'same d',
    ]);
    expect(lines.map(({ left, right }) => [left, right])).toEqual([
      [1, 1],
      [2, null],
      [3, 2],
      [null, 3],
      [4, 4],
    ]);
  });

  it('the lines of each side are the text of that side', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (left, right) => {
        const lines = diffLines(left.join('\n'), right.join('\n'));
        const sideOf = (other: 'left' | 'right') =>
          lines.filter(({ kind }) => kind !== other).map((line) => line.text);

        expect(sideOf('right').join('\n')).toBe(left.join('\n'));
        expect(sideOf('left').join('\n')).toBe(right.join('\n'));
      }),
    );
  });

  it('texts that have little in common are compared in bounded time', () => {
    const left = Array.from({ length: 5_000 }, (_, index) => `left ${index}`).join('\n');
    const right = Array.from({ length: 5_000 }, (_, index) => `right ${index}`).join('\n');

    expect(diffLines(left, right)).toHaveLength(10_000);
  });

  it('a changed line stands beside the line that took its place, and what is far is left out', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    const blocks = diffBlocks(lines.join('\n'), lines.with(20, 'new').join('\n'));

    expect(blocks).toHaveLength(9);
    expect(blocks[0]).toMatchObject({ kind: 'skipped', count: 17 });
    expect(blocks[4]).toMatchObject({
      kind: 'row',
      left: { number: 21, text: 'line 20', isChanged: true },
      right: { number: 21, text: 'new', isChanged: true },
    });
    expect(blocks.at(-1)).toMatchObject({ kind: 'skipped', count: 16 });
  });
});

describe('the lines of locations', () => {
  const text = JSON.stringify(
    { StartAt: 'A', States: { 'A "b"': { Choices: [{ Next: 'X' }, 1], Type: 'Choice' } } },
    null,
    2,
  );
  const lines = jsonLines(text);

  it('each value has the line of its key', () => {
    expect(lineOfLocation(lines, '/StartAt')).toBe(2);
    expect(lineOfLocation(lines, '/States/A "b"/Choices[0]/Next')).toBe(7);
    expect(lineOfLocation(lines, '/States/A "b"/Choices[1]')).toBe(9);
    expect(lineOfLocation(lines, '/States/A "b"/Type')).toBe(11);
  });

  it('a location that is not there has the line of what is around it', () => {
    expect(lineOfLocation(lines, '/States/A "b"/Choices[0]/Gone')).toBe(6);
    expect(lineOfLocation(lines, '/')).toBe(1);
    expect(lineOfLocation(lines, '/Gone')).toBe(1);
  });

  it('any text is read without failing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (given) => {
        expect(jsonLines(given)).toBeInstanceOf(Map);
      }),
    );
    expect(jsonLines('['.repeat(100_000)).size).toBeLessThan(400);
  });
});

describe('the graph of a test', () => {
  it('the tested state has the outcome, and the next one is marked', () => {
    const overlays = testOverlays('A', { status: 'CAUGHT_ERROR', nextState: 'B' });

    expect(overlays.get('A')).toMatchObject({ status: 'CAUGHT', notes: ['Caught'] });
    expect(overlays.get('B')).toMatchObject({ notes: ['next'] });
    expect(testOverlays('A', { status: 'RETRIABLE' }).get('A')?.status).toBe('RETRYING');
    expect(testOverlays('A', undefined).size).toBe(0);
  });
});
