/** StringMatches: stars, escapes, comparison with a naive matcher, and linear time. */

import { describe, expect, it, test } from 'vitest';
import { compilePattern } from '../../lib/asl/string-pattern.ts';
import fc from '../support/properties.ts';

describe('stars and escapes', () => {
  test.each([
    ['log-*.txt', 'log-2024.txt', true],
    ['log-*.txt', 'log-.txt', true],
    ['log-*.txt', 'log.txt', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*b*', 'abc', true],
    ['a**c', 'abc', true],
    ['*.*.gz', 'dump.tar.gz', true],
    ['*aab*b', 'aaabb', true],
    ['five\\*star', 'five*star', true],
    ['five\\*star', 'five-star', false],
    ['back\\\\slash', 'back\\slash', true],
    ['plain\\n', 'plain\\n', true],
    ['a.c', 'abc', false],
    ['(a|b)+', '(a|b)+', true],
    ['*\n*', 'two\nlines', true],
  ])('the pattern %j matches %j: %s', (pattern, text, expected) => {
    expect(compilePattern(pattern)(text)).toBe(expected);
  });
});

/** Matches by trying all possibilities; `\` escapes as in the language. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) {
    return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)));
  }
  const isEscape = pattern.startsWith('\\*') || pattern.startsWith('\\\\');
  const literal = isEscape ? pattern.charAt(1) : pattern.charAt(0);
  return text.startsWith(literal) && naive(pattern.slice(isEscape ? 2 : 1), text.slice(1));
}

describe('properties', () => {
  it('a pattern matches the same texts as a naive matcher', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (one, other) => {
        expect(compilePattern(one)(other)).toBe(naive(one, other));
      }),
      { numRuns: 3_000 },
    );
  });

  it('a pattern with escaped stars matches its own text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const pattern = text.replaceAll('\\', '\\\\').replaceAll('*', '\\*');
        expect(compilePattern(pattern)(text)).toBe(true);
      }),
    );
  });
});

describe('hostile patterns', () => {
  it('a pattern takes time linear in the text, however many stars it has', () => {
    const text = 'a'.repeat(200_000);

    // A backtracking matcher would take longer than the age of the universe for the first pattern,
    // and a naive search 10^10 comparisons for the second.
    expect(compilePattern(`${'a*'.repeat(10_000)}b`)(text)).toBe(false);
    expect(compilePattern(`*${'a'.repeat(100_000)}b*`)(text)).toBe(false);
  });
});
