/** Parsing PostgreSQL's text of arrays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArrayLiteral } from '../../../../rehearsal/data-api-server/results/parse-array-literal.ts';

describe('parsing an array literal', () => {
  it('every quoted text is parsed as it was written, and NULL differs from "NULL"', () => {
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

  it('bare elements are parsed, and bounds are skipped', () => {
    expect(parseArrayLiteral('[0:2]={1,NULL,x y}')).toEqual(['1', null, 'x y']);
  });
});
