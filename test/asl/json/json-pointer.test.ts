/** JSON pointers, as RFC 6901 has them. */
import { expect, it } from 'vitest';
import { valueAt } from '../../../lib/asl/json/json-pointer.ts';

const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'm~n': 8 };

it('finds the values of RFC 6901', () => {
  const found = ['', '/foo/0', '/', '/a~1b', '/m~0n'].map((text) => valueAt(document, text));

  expect(found).toEqual([document, 'bar', 0, 1, 8]);
});

it('finds nothing behind a value, an inherited key or an index that is none', () => {
  for (const pointer of ['/none', '/foo/2', '/foo/01', '/foo/length', '/a~1b/c', '/__proto__']) {
    expect(valueAt(document, pointer)).toBeUndefined();
  }
});
