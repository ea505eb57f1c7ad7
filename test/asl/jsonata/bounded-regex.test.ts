/** Patterns of JSONata, bounded in time. */
import { describe, expect, it } from 'vitest';
import { BoundedRegex, patternProblem } from '../../../lib/asl/jsonata/bounded-regex.ts';

describe('patternProblem', () => {
  it.each(['(a+)+', '(a|b)*c', '(?:a*b)*', '((a)+)+', '(a{2,})*'])(
    'refuses the repetitions of %s',
    (source) => {
      expect(patternProblem(source)).toContain('repetitions');
    },
  );

  it('refuses a back-reference', () => {
    expect(patternProblem('(a)\\1')).toContain('back-references');
  });

  it.each(['a+b*', '(ab)+', '[(+]+', '\\(a+\\)+', '^\\d{4}-\\d\\d$', '(a+)(b+)'])(
    'takes %s',
    (source) => {
      expect(patternProblem(source)).toBeUndefined();
    },
  );
});

describe('BoundedRegex', () => {
  it('matches as the pattern does', () => {
    expect(new BoundedRegex(/b(c)/g).exec('abc')?.[1]).toBe('c');
  });

  it('refuses a text that could take too long', () => {
    const pattern = new BoundedRegex(/.*.*.*=/g);

    expect(() => pattern.exec('x'.repeat(10_000))).toThrow('at most 100 characters');
  });
});
