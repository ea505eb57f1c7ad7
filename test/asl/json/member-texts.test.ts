/** The members of an object as parts of its text. */
import { describe, expect, it } from 'vitest';
import { readMemberTexts } from '../../../lib/asl/json/member-texts.ts';
import fc from '../../support/properties.ts';

describe('readMemberTexts', () => {
  it('members are the parts of the text, white space around them apart', () => {
    const text = ' { "a" : 12345678901234567890 ,\n "b":{"x": [1.0, "}"]}, "c\\u0041":"\\"," } ';

    expect([...readMemberTexts(text)]).toEqual([
      ['a', '12345678901234567890'],
      ['b', '{"x": [1.0, "}"]}'],
      ['cA', '"\\","'],
    ]);
  });

  it('the last of several members with the same key counts', () => {
    expect(readMemberTexts('{"a":1,"a":2}').get('a')).toBe('2');
  });

  it.each(['[1]', '7', '"{}"', '{}', ' { } '])('%s has no members', (text) => {
    expect(readMemberTexts(text).size).toBe(0);
  });

  it('the members of any object are parsed to its values', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object, null, 1);
        const members = [...readMemberTexts(text)].map(([key, part]) => {
          return [key, JSON.parse(part) as unknown] as const;
        });

        expect(new Map(members)).toEqual(new Map(Object.entries(JSON.parse(text) as object)));
      }),
    );
  });
});
