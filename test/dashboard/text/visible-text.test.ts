/** Texts of users as the page shows them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleParts, visibleText } from '../../../dashboard/src/text/visible-text.ts';

describe('visibleText', () => {
  it('a bidirectional override is written out', () => {
    expect(visibleText('in\u202evoice.fdp')).toBe('in\\u202evoice.fdp');
  });

  it.each([
    ['a null character', '\u0000', '\\u0000'],
    ['a carriage return', 'a\rb', 'a\\u000db'],
    ['a zero-width space', '\u200b', '\\u200b'],
    ['a lone high surrogate', '\ud83d!', '\\ud83d!'],
    ['a lone low surrogate', '!\ude00', '!\\ude00'],
    ['a byte order mark', '\ufeffid', '\\ufeffid'],
  ])('%s becomes visible', (_, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('markup, line feeds, tabs and emoji stay as they are', () => {
    const text = '</script><img onerror="x">\n\t😀 é';

    expect(visibleText(text)).toBe(text);
    expect(visibleParts(text)).toEqual([{ text, isEscape: false }]);
  });

  it('parts that are no escapes are the rest of the text, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parts = visibleParts(text);
        const plain = parts.filter(({ isEscape }) => !isEscape).map((part) => part.text);
        let at = 0;
        for (const each of plain) {
          at = text.indexOf(each, at);
          expect(at).toBeGreaterThanOrEqual(0);
          at += each.length;
        }
        expect(parts.map((part) => part.text).join('')).toBe(visibleText(text));
      }),
    );
  });

  it('a text with escapes shows nothing that hides', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(visibleText(text))).toBe(visibleText(text));
      }),
    );
  });
});
