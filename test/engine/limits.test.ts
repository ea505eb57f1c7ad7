/** Measuring documents against the limits. */
import { describe, expect, it } from 'vitest';
import { exceedsBytes, exceedsDepth } from '../../lib/engine/limits.ts';
import fc from '../support/properties.ts';

describe('exceedsBytes', () => {
  it('exceedsBytes counts the bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const bytes = new TextEncoder().encode(text).length;

        expect(exceedsBytes(text, bytes)).toBe(false);
        if (bytes > 0) expect(exceedsBytes(text, bytes - 1)).toBe(true);
      }),
    );
  });
});

describe('exceedsDepth', () => {
  it('exceedsDepth counts nested arrays and objects, and ignores brackets in strings', () => {
    const text = JSON.stringify([{ a: ['[[[["\\[[', { b: [1] }] }, [[[]]], '}'.repeat(50)]);

    expect(exceedsDepth(text, 5)).toBe(false);
    expect(exceedsDepth(text, 4)).toBe(true);
  });
});
