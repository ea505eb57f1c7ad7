/** The items of a map run, and the failures of its `ItemReader`. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import type { BatchSource } from '../../../lib/batch/batch-source.ts';
import { createItemSource } from '../../../lib/batch/map-run/item-source.ts';
import type { ItemReaderRequest } from '../../../lib/engine/map-run/map-run-spec.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const object = { Bucket: 'b', Key: 'k' };

function reading(fields: Partial<ItemReaderRequest>, files: MemoryFiles): BatchSource {
  const reader: ItemReaderRequest = {
    action: 'getObject',
    parameters: object,
    inputType: 'JSON',
    csv: null,
    itemsMax: null,
    itemsPointer: null,
    ...fields,
  };
  return createItemSource({ items: null, reader }, files);
}

/** Reads every item, two at a time, each chunk by a new source from the cursor. */
async function readItems(fields: Partial<ItemReaderRequest>, files: MemoryFiles): Promise<Json[]> {
  const values: Json[] = [];
  let cursor: Json | null = null;
  for (;;) {
    const source = reading(fields, files);
    const chunk = await source.read(cursor, 2);
    await source.close();
    expect(chunk.items.map(({ index }) => index)).toEqual(
      chunk.items.map((_, place) => values.length + place),
    );
    for (const item of chunk.items) values.push('value' in item ? item.value : item.problem);
    if (chunk.done) return values;
    ({ cursor } = chunk);
  }
}

function files(content: string | Uint8Array, path = 'b/k'): MemoryFiles {
  const store = new MemoryFiles(7);
  store.write(path, content);
  return store;
}

const failure = (causeText: string | RegExp) => ({
  error: 'States.ItemReaderFailed',
  causeText: typeof causeText === 'string' ? causeText : expect.stringMatching(causeText),
});
const csv = (rest: object = {}) => ({
  inputType: 'CSV' as const,
  csv: { headerLocation: 'FIRST_ROW' as const, headers: null, delimiter: ',', ...rest },
});

describe('a JSON file', () => {
  it('an ItemReader of a JSON file reads the elements of its array', async () => {
    expect(await readItems({}, files('[1, {"a": 2}, [3]]'))).toEqual([1, { a: 2 }, [3]]);
  });

  it('an ItemReader reads the elements of the array that ItemsPointer points at', async () => {
    const store = files('{"a/b": [0, {"c": [5, 6, 7]}]}');

    expect(await readItems({ itemsPointer: '/a~1b/1/c' }, store)).toEqual([5, 6, 7]);
  });

  it('the items of a JSON file that is one object are its members', async () => {
    const object = '{"a": {"x": 1}, "b": [2], "__proto__": 3}';
    const members = [
      { Key: 'a', Value: { x: 1 } },
      { Key: 'b', Value: [2] },
      { Key: '__proto__', Value: 3 },
    ];

    expect(await readItems({}, files(object))).toEqual(members);
    const store = files(`{"in": [0, ${object}]}`);
    expect(await readItems({ itemsPointer: '/in/1' }, store)).toEqual(members);
  });

  it('a JSON file without items fails the map run', async () => {
    const expected = failure('Attempting to map over non-iterable node.');

    await expect(readItems({}, files('"a"'))).rejects.toMatchObject(expected);
    const pointed = readItems({ itemsPointer: '/a' }, files('{"a": 1}'));
    await expect(pointed).rejects.toMatchObject(expected);
    const inherited = readItems({ itemsPointer: '/__proto__' }, files('{}'));
    await expect(inherited).rejects.toMatchObject(expected);
  });

  it('a malformed JSON file fails the map run, and the cause says where', async () => {
    await expect(readItems({}, files('[1, 2'))).rejects.toMatchObject(failure(/b\/k.*ends inside/));
  });

  it('a missing object fails the map run', async () => {
    await expect(readItems({}, files('', 'b/other'))).rejects.toMatchObject(failure(/b\/k/));
  });
});

describe('a CSV file', () => {
  it('an ItemReader of a CSV file takes the column names from the first row', async () => {
    expect(await readItems(csv(), files('a,b\n1,2\n"x,y",\n'))).toEqual([
      { a: '1', b: '2' },
      { a: 'x,y', b: '' },
    ]);
  });

  it('an ItemReader of a CSV file with given column names reads every row as an item', async () => {
    const given = csv({ headerLocation: 'GIVEN', headers: ['a', 'b'], delimiter: '|' });

    expect(await readItems(given, files('1|2\n3|4\n'))).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ]);
  });

  it('an ItemReader of a CSV file fills missing fields with empty strings and drops surplus ones', async () => {
    expect(await readItems(csv(), files('a,b\n1\n1,2,3\n'))).toEqual([
      { a: '1', b: '' },
      { a: '1', b: '2' },
    ]);
  });

  it('a column name that occurs twice fails the map run, in the file or given', async () => {
    const expected = failure('CSV headers cannot contain duplicates.');
    const given = csv({ headerLocation: 'GIVEN', headers: ['a', 'a'] });

    await expect(readItems(csv(), files('a,a\n1,2\n'))).rejects.toMatchObject(expected);
    await expect(readItems(given, files('1,2\n'))).rejects.toMatchObject(expected);
  });
});

describe('a JSON Lines file', () => {
  it('an ItemReader of a JSON Lines file reads its lines', async () => {
    expect(await readItems({ inputType: 'JSONL' }, files('{"a":1}\n\n2\n"c"'))).toEqual([
      { a: 1 },
      2,
      'c',
    ]);
  });
});

describe('an S3 inventory', () => {
  const manifest = (names: readonly string[]) =>
    JSON.stringify({
      destinationBucket: 'arn:aws:s3:::inventories',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size',
      files: names.map((key) => ({ key, size: 1 })),
    });

  it('an ItemReader of an S3 inventory reads the rows of all its gzipped files by the names of its schema', async () => {
    const store = files(manifest(['1.csv.gz', '2.csv']));
    const row = (key: string) => `"b","${key}","9"\n`;
    store.write('inventories/1.csv.gz', gzipSync(row('x') + row('y') + row('z')));
    store.write('inventories/2.csv', row('last'));

    const items = await readItems({ inputType: 'MANIFEST' }, store);

    expect(items).toEqual(['x', 'y', 'z', 'last'].map((Key) => ({ Bucket: 'b', Key, Size: '9' })));
  });

  it('an S3 inventory without files has no items', async () => {
    expect(await readItems({ inputType: 'MANIFEST' }, files(manifest([])))).toEqual([]);
  });

  it('a manifest that is no S3 inventory fails the map run', async () => {
    const store = files(manifest(['1.csv.gz']));
    store.write('inventories/1.csv.gz', 'not packed');

    const other = readItems({ inputType: 'MANIFEST' }, files('{"files": []}'));
    await expect(other).rejects.toMatchObject(failure(/manifest of an S3 inventory/));
    const unpacked = readItems({ inputType: 'MANIFEST' }, store);
    await expect(unpacked).rejects.toMatchObject(failure(/expected a gzipped file/));
  });
});

describe('a list of objects', () => {
  it('a listing describes each object below the prefix, in the order of keys', async () => {
    const store = files('12', 'b/in/2');
    for (const path of ['b/in/1', 'b/in/3', 'b/out', 'c/in/4']) store.write(path, 'x');

    const items = await readItems(
      { action: 'listObjectsV2', parameters: { Bucket: 'b', Prefix: 'in/' }, inputType: null },
      store,
    );

    expect(items).toMatchObject([{ Key: 'in/1' }, { Key: 'in/2' }, { Key: 'in/3' }]);
    expect(items[1]).toEqual({
      Etag: 'v1',
      Key: 'in/2',
      LastModified: 1,
      Size: 2,
      StorageClass: 'STANDARD',
    });
  });
});

describe('an ItemReader', () => {
  it('an ItemReader that names no object fails the map run', async () => {
    const unnamed = readItems({ parameters: { Bucket: 'b' } }, files('[]'));
    const versioned = readItems({ parameters: { ...object, VersionId: '7' } }, files('[]'));

    await expect(unnamed).rejects.toMatchObject(failure(/expected a string as Key/));
    await expect(versioned).rejects.toMatchObject(failure(/VersionId/));
  });

  it('a map run without an ItemReader takes its items from the input', async () => {
    const source = createItemSource({ items: [1, 2], reader: null }, new MemoryFiles());

    expect(await source.read(null, 9)).toMatchObject({ items: [{ value: 1 }, { value: 2 }] });
  });
});
