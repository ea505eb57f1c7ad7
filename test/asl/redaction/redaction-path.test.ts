/** Paths of values to mask. */
import { describe, expect, it } from 'vitest';
import { parseRedactionPath } from '../../../lib/asl/redaction/redaction-path.ts';

describe('parseRedactionPath', () => {
  it.each([
    ['$.a', [['a', false]]],
    [
      '$..a-b.c',
      [
        ['a-b', true],
        ['c', false],
      ],
    ],
    ['$.*', [[null, false]]],
    [
      '$[*][0]',
      [
        [null, false],
        ['0', false],
      ],
    ],
    [
      `$['a b']["c.d"]`,
      [
        ['a b', false],
        ['c.d', false],
      ],
    ],
    ["$..['*']", [['*', true]]],
    ['$.größe', [['größe', false]]],
  ])('the path %s has its steps', (text, steps) => {
    const parsed = parseRedactionPath(text)?.map(({ key, isDeep }) => [key, isDeep]);

    expect(parsed).toEqual(steps);
  });

  it.each(['', '$', 'a', '$a', '$.', '$..', '$.a b', '$[', '$[-1]', '$[a]', '$.a[?(@.b)]', '$$.a'])(
    'the text %j is no path to redact',
    (text) => {
      expect(parseRedactionPath(text)).toBeNull();
    },
  );

  it('a very long path is refused', () => {
    expect(parseRedactionPath(`$${'.a'.repeat(200)}`)).toBeNull();
  });
});
