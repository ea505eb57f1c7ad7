/** The data that a test gives in place of a Map's reader. */
import { describe, expect, it } from 'vitest';
import { readItems } from '../../lib/test-state/item-reader-data.ts';
import { catchRefusal } from './state-test-harness.ts';

const reader = (ReaderConfig: object) => ({
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig,
});

describe('readItems', () => {
  it('the items of a JSON array are its elements', () => {
    expect(readItems(reader({ InputType: 'JSON' }), '[1,{"a":2}]')).toEqual([1, { a: 2 }]);
  });

  it('an ItemsPointer leads to the items inside a document', () => {
    const data = '{"a/b":[{"~":[1,2]}]}';

    expect(readItems(reader({ ItemsPointer: '/a~1b/0/~0' }), data)).toEqual([1, 2]);
  });

  it('the items of JSON Lines are its lines', () => {
    expect(readItems(reader({ InputType: 'JSONL' }), '{"a":1}\n\n2\n')).toEqual([{ a: 1 }, 2]);
  });

  it.each([
    [{}, '{"a":1}'],
    [{ ItemsPointer: '/constructor' }, '{}'],
    [{ InputType: 'CSV' }, 'a,b'],
    [{}, 'no'],
  ])('reader data without items is refused: %j of %s', (config, data) => {
    expect(catchRefusal(() => readItems(reader(config), data)).type).toBe('ValidationException');
  });
});
