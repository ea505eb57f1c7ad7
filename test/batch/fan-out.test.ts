/** How much is fanned out, and which executions items become. */

import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { batchDefaults, parseBatchOptions } from '../../lib/batch/batch-options.ts';
import type { SourceItem } from '../../lib/batch/batch-source.ts';
import { type FanOutContext, planChunk, toExecutions } from '../../lib/batch/fan-out.ts';
import { compileItemMapping, type ItemMapping } from '../../lib/batch/item-mapping.ts';
import fc from '../support/properties.ts';

function contextOf(mapping: ItemMapping = {}, more: Partial<FanOutContext> = {}): FanOutContext {
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

describe('the next chunk', () => {
  const counters = (created: number, ended: number) => ({
    created,
    succeeded: ended,
    failed: 0,
    timedOut: 0,
    aborted: 0,
  });

  it('is as large as asked for while there is room', () => {
    expect(planChunk(counters(0, 0), batchDefaults)).toBe(1_000);
    expect(planChunk(counters(9_000, 0), batchDefaults)).toBe(1_000);
  });

  it('is no larger than the room that is left', () => {
    expect(planChunk(counters(9_700, 0), batchDefaults)).toBe(300);
    expect(planChunk(counters(10_000, 0), batchDefaults)).toBe(0);
    expect(planChunk(counters(10_400, 0), batchDefaults)).toBe(0);
  });

  it('grows again with every execution that ends', () => {
    expect(planChunk(counters(10_000, 1), batchDefaults)).toBe(1);
    expect(planChunk(counters(10_000, 5_000), batchDefaults)).toBe(1_000);
  });

  // W20
  it('is never nothing for ever: with any options, a batch of any size is fanned out', () => {
    const given = fc.record(
      {
        maxInFlight: fc.integer({ min: 0, max: 20 }),
        chunkSize: fc.integer({ min: 1, max: 20 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(given, fc.integer({ min: 0, max: 200 }), (input, total) => {
        const options = parseBatchOptions(input, 'b1');
        let created = 0;
        let ended = 0;
        for (let tick = 0; created < total; tick += 1) {
          expect(tick).toBeLessThan(2 * total + 1);
          created += Math.min(planChunk(counters(created, ended), options), total - created);
          if (options.maxInFlight > 0) {
            expect(created - ended).toBeLessThanOrEqual(options.maxInFlight);
          }
          // The slowest that can be: one execution ends between two looks.
          if (ended < created) ended += 1;
        }
      }),
    );
  });

  it('has no limit but its size when maxInFlight is 0', () => {
    expect(planChunk(counters(1_000_000, 0), { maxInFlight: 0, chunkSize: 50 })).toBe(50);
  });
});

describe('items', () => {
  it('become executions of the batch, named by their index', () => {
    expect(toExecutions([value({ a: 1 }, 7)], contextOf())).toEqual([
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

  it('get the name, priority and input of their mapping', () => {
    const mapping = { name: '$.id', priority: '$.p', input: '$.in' };
    const item = value({ id: 'x1', p: 'critical', in: [1, null] });

    expect(toExecutions([item], contextOf(mapping))).toMatchObject([
      { name: 'x1', queue: 'critical', input: '[1,null]' },
    ]);
  });

  // W24
  it('of any kind of JSON stay what they are, with nothing put in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), (drawn) => {
        const item = drawn as Json;
        const [execution] = toExecutions([value(item)], contextOf({}, { payloadBytesMax: 1e6 }));

        expect(execution?.input).toBe(JSON.stringify(item));
      }),
    );
    const odd = JSON.parse('{"__proto__":{"a":1},"$":2,"Millrace.InvalidItem":3}');
    expect(toExecutions([value(odd)], contextOf())[0]?.input).toBe(JSON.stringify(odd));
  });

  // W21
  it('become one execution each, in order, whatever is wrong with some of them', () => {
    const items: SourceItem[] = [
      value(1, 0),
      { index: 1, problem: 'row 2: expected 3 columns' },
      value('x'.repeat(200), 2),
      value(4, 3),
    ];

    const executions = toExecutions(items, contextOf());

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

  it('with a problem are not run again, and show what can be shown', () => {
    const mapping = { name: '$.id', priority: '$.p' };
    const items: SourceItem[] = [value({ id: 'a b', p: 'low' }, 4), { index: 5, problem: 'no' }];

    expect(toExecutions(items, contextOf(mapping))).toMatchObject([
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

  it('whose input cannot be written as JSON are a problem, not an error', () => {
    expect(toExecutions([value(1)], contextOf({ input: 'circle' }))).toMatchObject([
      { problem: expect.stringMatching(/^the input cannot be written as JSON: /) },
    ]);
  });

  it('keep the link to the execution they come from', () => {
    const link = { sourceExecutionId: 'e1', sourceState: 'S', transformer: '' };
    const items: SourceItem[] = [{ index: 0, value: 1, link }, value(2, 1)];

    const executions = toExecutions(items, contextOf());

    expect(executions.map((execution) => execution.link)).toEqual([link, undefined]);
    expect('link' in (executions[1] ?? {})).toBe(false);
  });

  it('are the same executions again when a chunk is read again', () => {
    const items = [value(1, 0), value(2, 1)];
    const names = (context: FanOutContext) => toExecutions(items, context).map(({ name }) => name);

    expect(names(contextOf())).toEqual(names(contextOf()));
  });
});
