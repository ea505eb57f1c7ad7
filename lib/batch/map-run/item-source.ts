/**
 * Where the items of a map run come from: the parent's input, or what its `ItemReader` reads in the
 * object store, where a path is `bucket/key`. What cannot be read is a {@link MapRunFailure};
 * `MaxItems` is left to whoever counts.
 */
import type { Json } from '../../asl/json/json.ts';
import type { ItemReaderRequest, MapRunSpec } from '../../engine/map-run/map-run-spec.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { BatchSource, SourceChunk } from '../batch-source.ts';
import { csvSource } from '../sources/csv-source.ts';
import { inlineSource } from '../sources/inline-source.ts';
import { jsonArraySource } from '../sources/json-array-source.ts';
import { jsonLinesSource } from '../sources/json-lines-source.ts';
import { inventorySource } from './inventory-source.ts';
import { listingSource } from './listing-source.ts';
import { asReaderFailure, readerFailure } from './map-run-failure.ts';
import { pointerSource } from './pointer-source.ts';

/** Nothing is opened before the first read. */
export function itemSource(
  run: Pick<MapRunSpec, 'items' | 'reader'>,
  store: ObjectStore,
): BatchSource {
  return run.reader === null ? inlineSource(run.items ?? []) : new ReaderSource(run.reader, store);
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
      throw asReaderFailure(thrown);
    }
  }

  async close(): Promise<void> {
    await this.#source?.close();
  }
}

function openReader(request: ItemReaderRequest, store: ObjectStore): BatchSource {
  if (request.action === 'listObjectsV2') {
    return listingSource(store, textIn(request, 'Bucket'), prefixIn(request));
  }
  const path = objectIn(request);
  switch (request.inputType) {
    case 'CSV':
      return csvReader(request, store, path);
    case 'JSONL':
      return jsonLinesSource(store, path);
    case 'MANIFEST':
      return inventorySource(store, path);
    default:
      return request.itemsPointer === null || request.itemsPointer === ''
        ? jsonArraySource(store, path)
        : pointerSource(store, path, request.itemsPointer);
  }
}

function csvReader({ csv }: ItemReaderRequest, store: ObjectStore, path: string): BatchSource {
  const { headerLocation = 'FIRST_ROW', headers = null, delimiter = ',' } = csv ?? {};
  const given = headerLocation === 'GIVEN' && headers !== null ? { columns: headers } : {};
  return csvSource(store, path, { ...given, delimiter, raggedRows: 'fit' });
}

function objectIn(request: ItemReaderRequest): string {
  if (request.parameters.VersionId !== undefined) {
    throw readerFailure('an object is read in its present version; leave out VersionId');
  }
  return `${textIn(request, 'Bucket')}/${textIn(request, 'Key')}`;
}

function prefixIn(request: ItemReaderRequest): string {
  return request.parameters.Prefix === undefined ? '' : textIn(request, 'Prefix');
}

function textIn({ parameters }: ItemReaderRequest, field: string): string {
  const value = parameters[field];
  if (typeof value === 'string') return value;
  throw readerFailure(`expected a text as ${field} of ItemReader, found ${JSON.stringify(value)}`);
}
