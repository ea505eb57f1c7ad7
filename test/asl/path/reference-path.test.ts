/** Reference paths: writing, rejected paths, and immutability. */

import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { compilePath } from '../../../lib/asl/path/json-path.ts';
import { compileReferencePath } from '../../../lib/asl/path/reference-path.ts';
import fc from '../../support/properties.ts';
import { createEvaluation } from '../create-evaluation.ts';

describe('write', () => {
  test.each<[path: string, document: Json, written: Json]>([
    ['$', { a: 1 }, 'new'],
    ['$.a', { a: 1, b: 2 }, { a: 'new', b: 2 }],
    ['$.c', { a: 1 }, { a: 1, c: 'new' }],
    ['$.a.b.c', {}, { a: { b: { c: 'new' } } }],
    ['$.a.b', { a: { c: 1 } }, { a: { c: 1, b: 'new' } }],
    ['$.list[1]', { list: [1, 2, 3] }, { list: [1, 'new', 3] }],
    ['$.list[0].x', { list: [{ y: 1 }] }, { list: [{ y: 1, x: 'new' }] }],
    ["$['two words']", {}, { 'two words': 'new' }],
    ['$.$', {}, { $: 'new' }],
    ['$.constructor.x', {}, { constructor: { x: 'new' } }],
  ])('the reference path %s writes a value into %j', (path, document, written) => {
    expect(compileReferencePath(path).write(document, 'new')).toEqual(written);
  });

  test.each<[path: string, document: Json]>([
    ['$.a', 'a text'],
    ['$.a', [1]],
    ['$.a', null],
    ['$.a.b', { a: 1 }],
    ['$.a.b', { a: null }],
    ['$.a[0]', {}],
    ['$.a[0]', { a: {} }],
    ['$.a[1]', { a: [1] }],
  ])('the reference path %s cannot write into %j', (path, document) => {
    const write = () => compileReferencePath(path).write(document, 'new');

    expect(write).toThrow(
      expect.objectContaining({
        error: 'States.ResultPathMatchFailure',
        causeText: `Unable to apply ReferencePath ${path} to input ${JSON.stringify(document)}`,
      }),
    );
  });

  it('a reference path writes a key named __proto__ as data', () => {
    const written = compileReferencePath('$.__proto__.x').write({ a: 1 }, true);

    expect(JSON.stringify(written)).toBe('{"a":1,"__proto__":{"x":true}}');
    expect(Object.getPrototypeOf(written)).toBe(Object.prototype);
  });

  it('a reference path shares everything that it does not change', () => {
    const document = { kept: { deep: 1 }, changed: { kept: [1] } };
    const written = compileReferencePath('$.changed.x').write(document, 1) as typeof document;

    expect(written.kept).toBe(document.kept);
    expect(written.changed.kept).toBe(document.changed.kept);
    expect(document).toEqual({ kept: { deep: 1 }, changed: { kept: [1] } });
  });

  it('a path reads the value that the reference path of the same text wrote', () => {
    const keys = fc.array(fc.stringMatching(/^[a-z$_]{1,4}$/), { minLength: 1, maxLength: 4 });
    const documents = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(keys, documents, fc.jsonValue(), (names, document, value) => {
        const path = `$${names.map((name) => `['${name}']`).join('')}`;
        const before = JSON.stringify(document);
        const first = names[0] ?? '';
        fc.pre(!Object.hasOwn(document, first));

        const written = compileReferencePath(path).write(document as Json, value as Json);

        expect(compilePath(path).select(createEvaluation(written))).toBe(value);
        expect(JSON.stringify(document)).toBe(before);
      }),
    );
  });
});

describe('compile', () => {
  test.each(['$.a[*]', '$..a', '$.a[0:1]', '$.a[0,1]', '$.a[?(@.b)]', '$.a[-1]', '$.a.length()'])(
    'the path %s, which may select several values or none, is rejected as a reference path',
    (path) => {
      expect(() => compileReferencePath(path)).toThrow('expected a reference path');
    },
  );

  test.each(['', 'a', '$$', '$$.a', '$.a b', '$.'])(
    'the text %j is rejected as a reference path',
    (path) => {
      expect(() => compileReferencePath(path)).toThrow(
        expect.objectContaining({ code: 'INVALID_DEFINITION' }),
      );
    },
  );
});
