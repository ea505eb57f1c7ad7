/** Numbering of parameters: where `:name` is a parameter, and where it is text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberParameters } from '../../../rehearsal/data-api-server/named-parameters.ts';

describe('numbering the parameters of a statement', () => {
  it('a repeated parameter name gets one number', () => {
    expect(numberParameters('SELECT :b, :a, :b')).toEqual({
      sql: 'SELECT $1, $2, $1',
      names: ['b', 'a'],
    });
  });

  it.each([
    ['a string', "SELECT ':a', 'it''s :a'"],
    ['an escape string', "SELECT E'\\':a', e'\\\\'"],
    ['a quoted identifier', 'SELECT ":a""b:c"'],
    ['a comment to the end of the line', 'SELECT 1 -- :a'],
    ['a block comment in a block comment', 'SELECT /* :a /* :b */ :c */ 1'],
    ['a cast', 'SELECT 1::int'],
    ['an assignment', 'SELECT f(a := 1)'],
    ['a string that does not end', "SELECT ':a"],
  ])('numbering does not change %s', (_, sql) => {
    expect(numberParameters(sql)).toEqual({ sql, names: [] });
  });

  it('numbering continues after literals and comments', () => {
    const { sql, names } = numberParameters(
      "SELECT '/*', :a, /* ' */ :b -- :c\n, :d::text, be':e'",
    );

    expect(sql).toBe("SELECT '/*', $1, /* ' */ $2 -- :c\n, $3::text, be':e'");
    expect(names).toEqual(['a', 'b', 'd']);
  });

  it('a name in dollar quotes or in an array slice is a parameter, as on AWS', () => {
    expect(numberParameters('SELECT $$a :b$$, c[1:2]')).toEqual({
      sql: 'SELECT $$a $1$$, c[1$2]',
      names: ['b', '2'],
    });
  });

  it('numbering does not change a statement without a colon', () => {
    const pieces = fc.constantFrom("'", '"', '--', '/*', '*/', '$$', '\\', 'e', 'x', '\n', ' ');

    fc.assert(
      fc.property(fc.array(pieces), (texts) => {
        const sql = texts.join('');
        expect(numberParameters(sql)).toEqual({ sql, names: [] });
      }),
    );
  });
});
