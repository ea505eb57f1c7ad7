import { isObject, type Json } from '../../asl/json/json.ts';
import type { ItemReaderRequest, MapRunSpec } from '../../engine/map-run/map-run-spec.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { BatchSource, SourceChunk } from '../batch-source.ts';
import { createCsvSource } from '../sources/csv-source.ts';
import { createInlineSource } from '../sources/inline-source.ts';
import { createJsonLinesSource } from '../sources/json-lines-source.ts';
import { createInventorySource } from './inventory-source.ts';
import { JsonReader } from './json-reader.ts';
import { createListingSource } from './listing-source.ts';
import { readerFailure, toReaderFailure } from './map-run-failure.ts';
import { createMemberSource } from './member-source.ts';
import { createPointerSource } from './pointer-source.ts';

/**
 * Returns the items of a map run: those of the parent's input, or those that its `ItemReader` reads
 * from the object store, where a path is `bucket/key`. Nothing is opened before the first read.
 * Throws `MapRunFailure` for items that cannot be read. `MaxItems` is not applied here.
 */
export function createItemSource(
  run: Pick<MapRunSpec, 'items' | 'reader'>,
  store: ObjectStore,
): BatchSource {
  const { reader, items } = run;
  if (reader !== null) return new ReaderSource(reader, store);
  return isObject(items) ? createMemberSource(items) : createInlineSource(items ?? []);
}

class ReaderSource implements BatchSource {
  readonly #open: () => BatchSource;
  #source: BatchSource | null = null;

  constructor(request: ItemReaderRequest, store: ObjectStore) {
    this.#open = () => openReader(request, store);
  }

  async read(cursor: Json | null, limit: number): Promise<SourceChunk> {
    try {
      this.#source ??= this.#open();
      return await this.#source.read(cursor, limit);
    } catch (thrown) {
      throw toReaderFailure(thrown);
    }
  }

  async close(): Promise<void> {
    await this.#source?.close();
  }
}

function openReader(request: ItemReaderRequest, store: ObjectStore): BatchSource {
  if (request.action === 'listObjectsV2') {
    return createListingSource(store, readString(request, 'Bucket'), readPrefix(request));
  }
  const path = readObjectPath(request);
  switch (request.inputType) {
    case 'CSV':
      return createCsvReader(request, store, path);
    case 'JSONL':
      return createJsonLinesSource(store, path);
    case 'MANIFEST':
      return createInventorySource(store, path);
    default:
      return request.itemsPointer === null || request.itemsPointer === ''
        ? new JsonReader(store, path)
        : createPointerSource(store, path, request.itemsPointer);
  }
}

function createCsvReader(
  { csv }: ItemReaderRequest,
  store: ObjectStore,
  path: string,
): BatchSource {
  const { headerLocation = 'FIRST_ROW', headers = null, delimiter = ',' } = csv ?? {};
  const given = headerLocation === 'GIVEN' && headers !== null ? { columns: headers } : {};
  return createCsvSource(store, path, { ...given, delimiter, raggedRows: 'fit' });
}

function readObjectPath(request: ItemReaderRequest): string {
  if (request.parameters.VersionId !== undefined) {
    throw readerFailure('only the current version of an object can be read; leave out VersionId');
  }
  return `${readString(request, 'Bucket')}/${readString(request, 'Key')}`;
}

function readPrefix(request: ItemReaderRequest): string {
  return request.parameters.Prefix === undefined ? '' : readString(request, 'Prefix');
}

function readString({ parameters }: ItemReaderRequest, field: string): string {
  const value = parameters[field];
  if (typeof value === 'string') return value;
  throw readerFailure(
    `expected a string as ${field} of ItemReader, found ${JSON.stringify(value)}`,
  );
}
