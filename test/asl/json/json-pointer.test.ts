/** JSON pointers, as in RFC 6901. */
import { expect, it } from 'vitest';
import { valueAt } from '../../../lib/asl/json/json-pointer.ts';

const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'm~n': 8 };

it('pointers find the values of the examples in RFC 6901', () => {
  const found = ['', '/foo/0', '/', '/a~1b', '/m~0n'].map((text) => valueAt(document, text));

  expect(found).toEqual([document, 'bar', 0, 1, 8]);
});

it('pointers into scalars, to inherited keys and to invalid indexes find nothing', () => {
  for (const pointer of ['/none', '/foo/2', '/foo/01', '/foo/length', '/a~1b/c', '/__proto__']) {
    expect(valueAt(document, pointer)).toBeUndefined();
  }
});
