/** Names that a user may have meant. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSimilar, listKnown } from '../../lib/asl/known-names.ts';

describe('a name that was meant', () => {
  it.each([
    ['ordrs', ['orders', 'invoices'], 'orders'],
    ['invoise', ['orders', 'invoice'], 'invoice'],
    ['recieve', ['receive', 'relieve'], 'receive'],
    ['Orders', ['orders'], 'orders'],
    ['report:buld', ['report:build', 'report:send'], 'report:build'],
    ['x', ['orders'], null],
    ['orders', [], null],
  ])('the name most like %s of %j is %j', (name, known, meant) => {
    expect(findSimilar(name, known)).toBe(meant);
  });

  it('a name that exists is always the one that was meant', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 99 }),
        fc.array(fc.string()),
        (name, others) => {
          const meant = findSimilar(name, [...others, name]);

          expect(meant?.toLowerCase()).toBe(name.toLowerCase());
        },
      ),
    );
  });
});

describe('a list of known names', () => {
  it('a list of known names ends with the one that was meant', () => {
    expect(listKnown('b', [])).toBe('known: none');
    expect(listKnown('ordr', ['order', 'other'])).toBe(
      "known: order, other; did you mean 'order'?",
    );
  });

  it('a list of many known names is cut, and the one that was meant is found among all', () => {
    const known = Array.from({ length: 30 }, (_, index) => `name-number-${index}`);

    const list = listKnown('name-nummber-29', known);

    expect(list).toContain('name-number-19 and 10 more');
    expect(list).toContain("did you mean 'name-number-29'?");
  });
});
