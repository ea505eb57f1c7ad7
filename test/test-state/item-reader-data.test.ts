/** What a Map's reader is said to have read. */
import { describe, expect, it } from 'vitest';
import { readItems } from '../../lib/test-state/item-reader-data.ts';
import { refusalOf } from './ask.ts';

const reader = (ReaderConfig: object) => ({
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig,
});

describe('readItems', () => {
  it('takes a JSON array as it is', () => {
    expect(readItems(reader({ InputType: 'JSON' }), '[1,{"a":2}]')).toEqual([1, { a: 2 }]);
  });

  it('follows an ItemsPointer to the array inside', () => {
    const data = '{"a/b":[{"~":[1,2]}]}';

    expect(readItems(reader({ ItemsPointer: '/a~1b/0/~0' }), data)).toEqual([1, 2]);
  });

  it('takes one item a line of JSON Lines', () => {
    expect(readItems(reader({ InputType: 'JSONL' }), '{"a":1}\n\n2\n')).toEqual([{ a: 1 }, 2]);
  });

  it.each([
    [{}, '{"a":1}'],
    [{ ItemsPointer: '/constructor' }, '{}'],
    [{ InputType: 'CSV' }, 'a,b'],
    [{}, 'no'],
  ])('refuses what has no items: %j of %s', (config, data) => {
    expect(refusalOf(() => readItems(reader(config), data)).type).toBe('ValidationException');
  });
});
