/** Documents that are kept as texts. */
import { describe, expect, it } from 'vitest';
import { JsonText, toDocumentText, toJsonValue } from '../../../lib/asl/json/json-text.ts';

const exact = '{ "cents": 3544790567247868102, "rate": 1.10 }';

describe('JsonText', () => {
  it('a text is a value to whoever asks for one', () => {
    expect(toJsonValue(new JsonText('[1]'))).toEqual([1]);
    expect(toJsonValue('x')).toBe('x');
    expect(JSON.stringify({ a: new JsonText('[1.0]') })).toBe('{"a":[1]}');
  });

  it('the text of a document is its own, or that of its value', () => {
    expect(toDocumentText(new JsonText(exact))).toBe(exact);
    expect(toDocumentText({ a: 1 })).toBe('{"a":1}');
  });
});
