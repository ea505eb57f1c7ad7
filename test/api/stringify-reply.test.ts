/** Replies in which documents are sent letter for letter. */
import { describe, expect, it } from 'vitest';
import { stringifyReply } from '../../lib/api/stringify-reply.ts';
import { JsonText } from '../../lib/asl/json/json-text.ts';

const exact = '{ "cents": 3544790567247868102, "rate": 1.10 }';

describe('stringifyReply', () => {
  it('a text in a reply is sent letter for letter, wherever it is', () => {
    const reply = {
      id: 'a "quoted" id',
      input: new JsonText(exact),
      list: [1, new JsonText('"text"'), { output: new JsonText('null') }],
    };

    const text = stringifyReply(reply);

    expect(text).toBe(
      `{"id":"a \\"quoted\\" id","input":${exact},"list":[1,"text",{"output":null}]}`,
    );
  });

  it('a reply without texts is plain JSON', () => {
    expect(stringifyReply({ a: [1, 'b', null] })).toBe('{"a":[1,"b",null]}');
  });
});
