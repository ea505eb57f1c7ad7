/** Documents as they are drawn: no letter of them changes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutLines } from '../../../dashboard/src/ui/document/document-lines.ts';
import { indentJson, looksLikeJson } from '../../../dashboard/src/ui/document/indent-json.ts';

function linesOf(text: string, columns: number): string[] {
  const lines = layOutLines(text, columns);
  return Array.from({ length: lines.count }, (_, index) => lines.line(index).text);
}

describe('layOutLines', () => {
  it('lines end at line feeds and at the width', () => {
    expect(linesOf('ab\n\nabcdef', 4)).toEqual(['ab', '', 'abcd', 'ef']);
  });

  it('only the beginning of a line has its number', () => {
    const lines = layOutLines('abcdef\ng', 4);

    expect([0, 1, 2].map((index) => lines.line(index).number)).toEqual([1, null, 2]);
  });

  it('a surrogate pair is not broken', () => {
    expect(linesOf('abc😀d', 4)).toEqual(['abc😀', 'd']);
  });

  it('the lines together are the text', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '\n', '😀', '"', '\ud800') });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 10 }), (text, columns) => {
        const lines = layOutLines(text, columns);
        const joined = Array.from({ length: lines.count }, (_, index) => {
          const { text: line, number } = lines.line(index);
          return index > 0 && number !== null ? `\n${line}` : line;
        });

        expect(joined.join('')).toBe(text);
      }),
    );
  });

  it('a document of 30 MB on one line is laid out', () => {
    expect(layOutLines('x'.repeat(30_000_000), 120).count).toBe(250_000);
  });
});

describe('indentJson', () => {
  it('the digits of a number stay letter for letter', () => {
    expect(indentJson('{"id":3544790567247868102,"rate":1.10e5,"list":[1,2],"none":{}}')).toBe(
      '{\n  "id": 3544790567247868102,\n  "rate": 1.10e5,\n  "list": [\n    1,\n    2\n  ],\n  "none": {}\n}',
    );
  });

  it('punctuation within strings is left alone', () => {
    expect(indentJson('{"a":"b,{\\"}:[ c"}')).toBe('{\n  "a": "b,{\\"}:[ c"\n}');
  });

  it('the beginning of a document is indented as far as it goes', () => {
    expect(indentJson('{"a":[{"b":"cut off he')).toBe('{\n  "a": [\n    {\n      "b": "cut off he');
  });

  it('an indented document means the same, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);

        expect(JSON.stringify(JSON.parse(indentJson(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('a string of a million characters does not exhaust the stack', () => {
    const text = `["${'x'.repeat(1_000_000)}"]`;

    expect(indentJson(text).length).toBe(text.length + 4);
  });

  it('only objects and arrays look like JSON', () => {
    expect([' {"a":1}', '[', '"text"', 'plain'].map(looksLikeJson)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
