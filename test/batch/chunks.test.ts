/** The executions that the items of a batch become. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import type { SourceItem } from '../../lib/batch/batch-source.ts';
import { type ItemExecutionContext, toExecutions } from '../../lib/batch/chunks.ts';
import { compileItemMapping, type ItemMapping } from '../../lib/batch/item-mapping.ts';
import fc from '../support/properties.ts';

function createContext(
  mapping: ItemMapping = {},
  more: Partial<ItemExecutionContext> = {},
): ItemExecutionContext {
  let ids = 0;
  const options = { namePrefix: 'nightly', priority: 'low', retriesMax: 3 };
  return {
    batchId: 'b1',
    machineId: 'm1',
    machineVersion: 2,
    options,
    mapItem: compileItemMapping(mapping, {
      ...options,
      transformers: { circle },
      queues: ['critical', 'default', 'low'],
      random: () => 0,
    }),
    uuid: () => {
      ids += 1;
      return `uuid-${ids}`;
    },
    payloadBytesMax: 100,
    ...more,
  };
}

function circle(): Json {
  const value: Record<string, Json> = {};
  value.self = value;
  return value;
}

const value = (item: Json, index = 0): SourceItem => ({ index, value: item });

describe('toExecutions', () => {
  it('items become executions of the batch, named by their index', () => {
    expect(toExecutions([value({ a: 1 }, 7)], createContext())).toEqual([
      {
        id: 'uuid-1',
        machineId: 'm1',
        machineVersion: 2,
        name: 'nightly-7',
        input: '{"a":1}',
        queue: 'low',
        retriesMax: 3,
        batchId: 'b1',
        batchIndex: 7,
      },
    ]);
  });

  it('items get the name, priority and input of their mapping', () => {
    const mapping = { name: '$.id', priority: '$.p', input: '$.in' };
    const item = value({ id: 'x1', p: 'critical', in: [1, null] });

    expect(toExecutions([item], createContext(mapping))).toMatchObject([
      { name: 'x1', queue: 'critical', input: '[1,null]' },
    ]);
  });

  it('items of any kind of JSON become inputs unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), (drawn) => {
        const item = drawn as Json;
        const [execution] = toExecutions(
          [value(item)],
          createContext({}, { payloadBytesMax: 1e6 }),
        );

        expect(execution?.input).toBe(JSON.stringify(item));
      }),
    );
    const odd = JSON.parse('{"__proto__":{"a":1},"$":2,"Millrace.InvalidItem":3}');
    expect(toExecutions([value(odd)], createContext())[0]?.input).toBe(JSON.stringify(odd));
  });

  it('each item becomes one execution, in order, even when some items have problems', () => {
    const items: SourceItem[] = [
      value(1, 0),
      { index: 1, problem: 'row 2: expected 3 columns' },
      value('x'.repeat(200), 2),
      value(4, 3),
    ];

    const executions = toExecutions(items, createContext());

    expect(executions.map(({ name, batchIndex }) => [name, batchIndex])).toEqual([
      ['nightly-0', 0],
      ['nightly-1', 1],
      ['nightly-2', 2],
      ['nightly-3', 3],
    ]);
    expect(executions.map(({ problem }) => problem)).toEqual([
      undefined,
      'row 2: expected 3 columns',
      'the input is at most 100 bytes, found 202',
      undefined,
    ]);
  });

  it('an execution of an item with a problem is not retried, and shows the item if possible', () => {
    const mapping = { name: '$.id', priority: '$.p' };
    const items: SourceItem[] = [value({ id: 'a b', p: 'low' }, 4), { index: 5, problem: 'no' }];

    expect(toExecutions(items, createContext(mapping))).toMatchObject([
      {
        name: 'nightly-4',
        queue: 'low',
        input: '{"id":"a b","p":"low"}',
        retriesMax: 0,
        problem: expect.stringMatching(/^item\.name: /),
      },
      { name: 'nightly-5', queue: 'low', input: 'null', retriesMax: 0, problem: 'no' },
    ]);
  });

  it('an input that cannot be written as JSON is a problem, not an error', () => {
    expect(toExecutions([value(1)], createContext({ input: 'circle' }))).toMatchObject([
      { problem: expect.stringMatching(/^the input cannot be written as JSON: /) },
    ]);
  });

  it('items keep the link to the execution that they come from', () => {
    const link = { sourceExecutionId: 'e1', sourceState: 'S', transformer: '' };
    const items: SourceItem[] = [{ index: 0, value: 1, link }, value(2, 1)];

    const executions = toExecutions(items, createContext());

    expect(executions.map((execution) => execution.link)).toEqual([link, undefined]);
    expect('link' in (executions[1] ?? {})).toBe(false);
  });

  it('a chunk that is read again gives executions of the same names', () => {
    const items = [value(1, 0), value(2, 1)];
    const names = (context: ItemExecutionContext) =>
      toExecutions(items, context).map(({ name }) => name);

    expect(names(createContext())).toEqual(names(createContext()));
  });
});
