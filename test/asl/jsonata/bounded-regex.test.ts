/** Regular expressions of JSONata, bounded in time. */
import { describe, expect, it } from 'vitest';
import { BoundedRegex, findPatternProblem } from '../../../lib/asl/jsonata/bounded-regex.ts';

describe('findPatternProblem', () => {
  it.each(['(a+)+', '(a|b)*c', '(?:a*b)*', '((a)+)+', '(a{2,})*'])(
    'the pattern %s is rejected for its repetitions',
    (source) => {
      expect(findPatternProblem(source)).toContain('repetitions');
    },
  );

  it('a pattern with a back-reference is rejected', () => {
    expect(findPatternProblem('(a)\\1')).toContain('back-references');
  });

  it.each(['a+b*', '(ab)+', '[(+]+', '\\(a+\\)+', '^\\d{4}-\\d\\d$', '(a+)(b+)'])(
    'the pattern %s is accepted',
    (source) => {
      expect(findPatternProblem(source)).toBeUndefined();
    },
  );
});

describe('BoundedRegex', () => {
  it('a bounded regex matches like the original pattern', () => {
    expect(new BoundedRegex(/b(c)/g).exec('abc')?.[1]).toBe('c');
  });

  it('a bounded regex rejects a text that could take too long', () => {
    const pattern = new BoundedRegex(/.*.*.*=/g);

    expect(() => pattern.exec('x'.repeat(10_000))).toThrow('at most 100 characters');
  });
});
