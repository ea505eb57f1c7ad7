/** Documents that are kept as texts, and replies that contain them. */
import { describe, expect, it } from 'vitest';
import {
  JsonText,
  stringifyWithTexts,
  toJsonText,
  toJsonValue,
} from '../../../lib/asl/json/json-text.ts';

const exact = '{ "cents": 3544790567247868102, "rate": 1.10 }';

describe('JsonText', () => {
  it('a text in a reply is sent letter for letter, wherever it is', () => {
    const reply = {
      id: 'a "quoted" id',
      input: new JsonText(exact),
      list: [1, new JsonText('"text"'), { output: new JsonText('null') }],
    };

    const text = stringifyWithTexts(reply);

    expect(text).toBe(
      `{"id":"a \\"quoted\\" id","input":${exact},"list":[1,"text",{"output":null}]}`,
    );
  });

  it('a reply without texts is plain JSON', () => {
    expect(stringifyWithTexts({ a: [1, 'b', null] })).toBe('{"a":[1,"b",null]}');
  });

  it('a text is a value to whoever asks for one', () => {
    expect(toJsonValue(new JsonText('[1]'))).toEqual([1]);
    expect(toJsonValue('x')).toBe('x');
    expect(JSON.stringify({ a: new JsonText('[1.0]') })).toBe('{"a":[1]}');
  });

  it('the text of a document is its own, or that of its value', () => {
    expect(toJsonText(new JsonText(exact))).toBe(exact);
    expect(toJsonText({ a: 1 })).toBe('{"a":1}');
  });
});
