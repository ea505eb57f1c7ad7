/** PostgreSQL's text of arrays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArrayLiteral } from '../../../rehearsal/data-api-server/array-literal.ts';

describe('reading an array literal', () => {
  it('gives back every text that was written in quotes, and tells NULL from "NULL"', () => {
    const texts = fc.array(fc.oneof(fc.string(), fc.constantFrom('NULL', '"', '\\', '{,}', null)));

    fc.assert(
      fc.property(texts, (expected) => {
        const literal = expected.map((text) =>
          text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`,
        );
        expect(parseArrayLiteral(`{${literal.join(',')}}`)).toEqual(expected);
      }),
    );
  });

  it('reads bare elements and skips bounds', () => {
    expect(parseArrayLiteral('[0:2]={1,NULL,x y}')).toEqual(['1', null, 'x y']);
  });
});
