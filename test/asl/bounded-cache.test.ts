/** The cache of compiled texts, and its bound. */
import { describe, expect, it } from 'vitest';
import { cached } from '../../lib/asl/bounded-cache.ts';

describe('cached', () => {
  it('a cache compiles a text once', () => {
    const compile = cached((text) => ({ text }));

    expect(compile('a')).toBe(compile('a'));
    expect(compile('a')).not.toBe(compile('b'));
  });

  it('a full cache evicts the text that was not used lately', () => {
    const compiled: string[] = [];
    const compile = cached((text) => {
      compiled.push(text);
      return { text };
    }, 2);

    for (const text of ['a', 'b', 'c', 'c', 'b', 'a']) compile(text);

    expect(compiled).toEqual(['a', 'b', 'c', 'a']);
  });

  it('a cache whose texts are too long together evicts the one that was not used lately', () => {
    const compiled: string[] = [];
    const compile = cached(
      (text) => {
        compiled.push(text);
        return { text };
      },
      10,
      8,
    );

    for (const text of ['aaaa', 'bbb', 'cccccc', 'cccccc', 'bbb', 'aaaa']) compile(text);

    expect(compiled).toEqual(['aaaa', 'bbb', 'cccccc', 'aaaa']);
  });

  it('a cache compiles a rejected text again', () => {
    const compile = cached((): string => {
      throw new Error('no');
    });

    expect(() => compile('a')).toThrow('no');
    expect(() => compile('a')).toThrow('no');
  });
});
