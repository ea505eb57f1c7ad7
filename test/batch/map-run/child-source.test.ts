/** The inputs of a map run's children: limited, shaped and grouped. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { ChildSource } from '../../../lib/batch/map-run/child-source.ts';
import { createInlineSource } from '../../../lib/batch/sources/inline-source.ts';
import type { ShapeItem } from '../../../lib/engine/map-run/map-run.ts';
import type {
  ItemBatching,
  ItemReaderRequest,
  MapRunSpec,
} from '../../../lib/engine/map-run/map-run-spec.ts';
import { createMapRunSpec } from '../../support/map-run-spec.ts';
import fc from '../../support/properties.ts';

const reader: ItemReaderRequest = {
  action: 'getObject',
  parameters: {},
  inputType: 'JSON',
  csv: null,
  itemsMax: null,
  itemsPointer: null,
};
const randomAndTime = { random: () => 0, now: () => 0 };
const asItIs: ShapeItem = (_, { value }) => ({ input: value });

function createChildren(
  items: readonly Json[],
  fields: Partial<MapRunSpec> = {},
  shape = asItIs,
): ChildSource {
  return new ChildSource({
    run: createMapRunSpec(fields),
    items: createInlineSource(items),
    shape,
    randomAndTime,
  });
}

/** Reads every input, `limit` at a time; with `reopens`, each chunk from a new source. */
async function readInputs(make: () => ChildSource, limit = 100, reopens = false): Promise<Json[]> {
  const inputs: Json[] = [];
  let cursor: Json | null = null;
  let source = make();
  for (;;) {
    const chunk = await source.read(cursor, limit);
    for (const item of chunk.items) {
      expect(item.index).toBe(inputs.length);
      inputs.push('value' in item ? item.value : item.problem);
    }
    if (chunk.done) return inputs;
    cursor = JSON.parse(JSON.stringify(chunk.cursor));
    if (reopens) source = make();
  }
}

const batching = (fields: Partial<ItemBatching>) => ({
  batching: { itemsMax: null, bytesMax: null, batchInput: null, ...fields },
});

describe('the children of a map run', () => {
  it('each child of a map run gets one item, shaped with its index in the whole run', async () => {
    const shape: ShapeItem = (_, { index, value }) => ({ input: { index, value } });

    const inputs = await readInputs(() => createChildren(['a', 'b'], {}, shape), 1, true);

    expect(inputs).toEqual([
      { index: 0, value: 'a' },
      { index: 1, value: 'b' },
    ]);
  });

  it('a map run has at most MaxItems children', async () => {
    const limited = { reader: { ...reader, itemsMax: 2 } };

    expect(await readInputs(() => createChildren([1, 2, 3], limited))).toEqual([1, 2]);
  });

  it('a map run without items has no children, batched or not', async () => {
    expect(await readInputs(() => createChildren([]))).toEqual([]);
    expect(await readInputs(() => createChildren([], batching({ itemsMax: 2 })))).toEqual([]);
  });

  it('a read ends early when shaping the items takes much work, and the next continues', async () => {
    const heavy: ShapeItem = (_, { value }, __, budget) => {
      budget?.add(400_000);
      return { input: value };
    };
    const items = [1, 2, 3, 4, 5, 6, 7];
    const make = () => createChildren(items, {}, heavy);

    const chunk = await make().read(null, 100);

    expect(chunk.items.length).toBeLessThan(items.length);
    expect(chunk.done).toBe(false);
    expect(await readInputs(make)).toEqual(items);
  });

  it('an item that cannot be shaped fails the map run', async () => {
    const shape: ShapeItem = () => ({ failure: { error: 'States.Runtime', cause: 'no path' } });

    const read = createChildren([1], {}, shape).read(null, 1);

    await expect(read).rejects.toMatchObject({ error: 'States.Runtime', causeText: 'no path' });
  });

  it('an item that cannot be read fails the map run', async () => {
    const items = {
      read: async () => ({ items: [{ index: 0, problem: 'bad row' }], cursor: 1, done: true }),
      close: async () => {},
    };

    const run = createMapRunSpec();
    const read = new ChildSource({ run, items, shape: asItIs, randomAndTime }).read(null, 1);

    await expect(read).rejects.toMatchObject({
      error: 'States.ItemReaderFailed',
      causeText: 'bad row',
    });
  });
});

describe('batches of items', () => {
  it('item batches have the maximum number of items, and the last one the rest', async () => {
    const inputs = await readInputs(() => createChildren([1, 2, 3], batching({ itemsMax: 2 })));

    expect(inputs).toEqual([{ Items: [1, 2] }, { Items: [3] }]);
  });

  it('item batches contain the BatchInput next to their items', async () => {
    const fields = batching({ itemsMax: 5, batchInput: { at: 'noon' } });

    expect(await readInputs(() => createChildren([1], fields))).toEqual([
      { BatchInput: { at: 'noon' }, Items: [1] },
    ]);
  });

  it('item batches stay within their maximum bytes, counting the whole input', async () => {
    const bytesMax = '{"Items":["aaa","bbb"]}'.length;

    const inputs = await readInputs(() =>
      createChildren(['aaa', 'bbb', 'ccc'], batching({ bytesMax })),
    );

    expect(inputs).toEqual([{ Items: ['aaa', 'bbb'] }, { Items: ['ccc'] }]);
  });

  it('an item that exceeds the maximum bytes is a batch of its own', async () => {
    const inputs = await readInputs(() =>
      createChildren([1, 'x'.repeat(50), 2], batching({ bytesMax: 20 })),
    );

    expect(inputs).toEqual([{ Items: [1] }, { Items: ['x'.repeat(50)] }, { Items: [2] }]);
  });

  it('item batches stay within the maximum input of an execution, whatever their own limits', async () => {
    const items = ['x'.repeat(200_000), 'y'.repeat(200_000)];

    const inputs = await readInputs(() => createChildren(items, batching({ itemsMax: 9 })));

    expect(inputs).toHaveLength(2);
  });
});

it('the children of a map run are the same wherever reading is interrupted and continued', async () => {
  const arbitrary = fc.record({
    items: fc.array(fc.string({ maxLength: 8 }), { maxLength: 30 }),
    itemsMax: fc.option(fc.integer({ min: 1, max: 5 })),
    bytesMax: fc.option(fc.integer({ min: 12, max: 60 })),
    isBatched: fc.boolean(),
    limit: fc.integer({ min: 1, max: 7 }),
  });
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ items, itemsMax, bytesMax, isBatched, limit }) => {
      const fields = isBatched ? batching({ itemsMax, bytesMax }) : {};
      const make = () => createChildren(items, fields);

      const whole = await readInputs(make);

      expect(await readInputs(make, limit)).toEqual(whole);
      expect(await readInputs(make, limit, true)).toEqual(whole);
    }),
  );
});
