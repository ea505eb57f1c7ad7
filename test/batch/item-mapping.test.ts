/** The names, priorities and inputs that a mapping gives items. */

import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseJson } from '../../lib/asl/json/parse-json.ts';
import {
  compileItemMapping,
  type ItemMapping,
  type ItemTransformer,
} from '../../lib/batch/item-mapping.ts';
import fc from '../support/properties.ts';

const context = {
  transformers: {},
  queues: ['critical', 'default', 'low'],
  priority: 'default',
  namePrefix: 'batch',
  random: () => 0.5,
};

function map(
  mapping: ItemMapping,
  item: Json,
  index = 0,
  transformers: Readonly<Record<string, ItemTransformer>> = {},
) {
  return compileItemMapping(mapping, { ...context, transformers })(item, index);
}

describe('an empty mapping', () => {
  it('an empty mapping makes the item the input, whatever kind of JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, index) => {
        const item = value as Json;
        const before = JSON.stringify(item);

        const mapped = map({}, item, index);

        expect(mapped).toEqual({ name: `batch-${index}`, queue: 'default', input: item });
        expect('input' in mapped && mapped.input).toBe(item);
        expect(JSON.stringify(item)).toBe(before);
      }),
    );
  });
});

describe('mapping expressions', () => {
  const item = { id: 'r-1', level: 'low', nested: { a: [1, 2] }, $: 'dollar' };

  it('mapping expressions select parts of the item by path', () => {
    expect(map({ name: '$.id', priority: '$.level', input: '$.nested.a' }, item)).toEqual({
      name: 'r-1',
      queue: 'low',
      input: [1, 2],
    });
  });

  it('mapping expressions may call intrinsic functions and use the item’s index', () => {
    expect(map({ name: "States.Format('r-{}', $$.Map.Item.Index)" }, item, 12)).toMatchObject({
      name: 'r-12',
      input: item,
    });
  });

  it('a mapping expression that selects nothing is a problem of that item', () => {
    expect(map({ input: '$.missing' }, item)).toEqual({
      problem: expect.stringMatching(/^item\.input: .*'\$\.missing'/),
    });
    expect(map({ input: '$.a.b' }, 'scalar')).toEqual({
      problem: expect.stringMatching(/^item\.input: /),
    });
  });

  it('an invalid mapping expression is refused when the batch starts', () => {
    expect(() => map({ name: '$.[' }, item)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^item\.name: /),
      }),
    );
    expect(() => map({ input: 'States.Nothing($)' }, item)).toThrow(/^item\.input: /);
  });
});

describe('transformers', () => {
  it('transformers receive the item and its index, and compute any field', () => {
    const transformers = {
      toName: (_item: Json, index: number) => `n${index}`,
      toQueue: (item: Json) => (item === 'urgent' ? 'critical' : 'low'),
      toInput: (item: Json, index: number) => ({ item, index }),
    };

    const mapping = { name: 'toName', priority: 'toQueue', input: 'toInput' };

    expect(map(mapping, 'urgent', 3, transformers)).toEqual({
      name: 'n3',
      queue: 'critical',
      input: { item: 'urgent', index: 3 },
    });
  });

  it('a transformer is not called for a number that JavaScript does not hold', () => {
    const item = parseJson('{"by":{"id":12345678901234567890}}');
    const identity = (value: Json) => value;

    expect(map({ input: 'identity' }, item, 0, { identity })).toEqual({
      problem: expect.stringContaining('found 12345678901234567890 at $.by.id: write it as'),
    });
    expect(JSON.stringify(map({ input: '$.by' }, item, 0))).toContain(':12345678901234567890}');
  });

  it('a transformer that throws is a problem of that item', () => {
    const broken = () => {
      throw new RangeError('no such airport');
    };

    expect(map({ input: 'broken' }, 1, 0, { broken })).toEqual({
      problem: "item.input: transformer 'broken': no such airport",
    });
  });

  it('a transformer that does not return JSON synchronously is a problem of that item', () => {
    const given: Record<string, unknown> = {
      undefined: undefined,
      'a promise': Promise.resolve(1),
      function: () => 1,
      bigint: 1n,
    };
    for (const [kind, value] of Object.entries(given)) {
      const transformer: ItemTransformer = () => value as Json;
      expect(map({ input: 'give' }, 1, 0, { give: transformer })).toEqual({
        problem: `item.input: transformer 'give': expected JSON at once, returned ${kind}`,
      });
    }
  });

  it('an unknown transformer is refused when the batch starts, with the known ones', () => {
    const transformers = { toInput: (item: Json) => item, toName: () => 'n' };

    expect(() => map({ input: 'toInptu' }, 1, 0, transformers)).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_TRANSFORMER',
        message: expect.stringMatching(
          /'toInptu' \(known: toInput, toName; did you mean 'toInput'\?\)/,
        ),
      }),
    );
    expect(() => map({ input: 'toString' }, 1)).toThrow(/known: none/);
    expect(() => map({ input: '__proto__' }, 1)).toThrow(/known: none/);
  });
});

describe('names and priorities', () => {
  it('an invalid name or priority is a problem of that item', () => {
    expect(map({ name: '$.n' }, { n: 'a b' })).toEqual({
      problem: expect.stringMatching(/^item\.name: a name contains no white space/),
    });
    expect(map({ name: '$.n' }, { n: 7 })).toEqual({
      problem: 'item.name: expected a string as the name, found a value of type number',
    });
    expect(map({ priority: '$.p' }, { p: 'urgent' })).toEqual({
      problem: 'item.priority: expected one of the queues critical, default, low, found "urgent"',
    });
    expect(map({ priority: '$.p' }, { p: 1 })).toEqual({
      problem: expect.stringMatching(/found 1$/),
    });
  });

  it('an invalid name prefix or priority of the batch is refused when it starts', () => {
    expect(() => compileItemMapping({}, { ...context, priority: 'urgent' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/options\.priority: expected one of the queues.*"urgent"/),
      }),
    );
    expect(() => compileItemMapping({}, { ...context, namePrefix: 'my batch' })).toThrow(
      /options\.namePrefix: a name contains no white space/,
    );
  });
});
