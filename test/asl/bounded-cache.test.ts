/** The cache of compiled texts: what it remembers, and that it never grows beyond its bound. */
import { describe, expect, it } from 'vitest';
import { cached } from '../../lib/asl/bounded-cache.ts';

describe('cached', () => {
  it('compiles a text once', () => {
    const compile = cached((text) => ({ text }));

    expect(compile('a')).toBe(compile('a'));
    expect(compile('a')).not.toBe(compile('b'));
  });

  it('forgets the oldest text when it is full', () => {
    const compiled: string[] = [];
    const compile = cached((text) => {
      compiled.push(text);
      return { text };
    }, 2);

    for (const text of ['a', 'b', 'c', 'c', 'b', 'a']) compile(text);

    expect(compiled).toEqual(['a', 'b', 'c', 'a']);
  });

  it('refuses again what was refused', () => {
    const compile = cached((): string => {
      throw new Error('no');
    });

    expect(() => compile('a')).toThrow('no');
    expect(() => compile('a')).toThrow('no');
  });
});
