import { isObject, type Json } from '../../asl/json/json.ts';
import { MillraceError } from '../../errors.ts';
import type { ObjectReader } from '../../ports/object-store.ts';
import type { BatchSource, SourceChunk } from '../batch-source.ts';
import { createCsvSource } from '../sources/csv-source.ts';
import { readWholeDocument } from './whole-document.ts';

interface Inventory {
  readonly files: readonly string[];
  readonly columns: readonly string[];
}

interface Position {
  readonly file: number;
  /** Cursor in that file; null at its start. */
  readonly within: Json | null;
  /** Index of the next row, over all files. */
  readonly index: number;
}

/**
 * Reads an S3 inventory: the manifest at `path` names gzipped CSV files, whose rows become objects
 * with the columns of the manifest's `fileSchema`. The cursor is a file and the position in it.
 */
export function createInventorySource(store: ObjectReader, path: string): BatchSource {
  return new InventorySource(store, path);
}

class InventorySource implements BatchSource {
  readonly #store: ObjectReader;
  readonly #path: string;
  #inventory: Inventory | null = null;
  #rows: { readonly file: number; readonly source: BatchSource } | null = null;

  constructor(store: ObjectReader, path: string) {
    this.#store = store;
    this.#path = path;
  }

  async read(cursor: Json | null, limit: number): Promise<SourceChunk> {
    this.#inventory ??= parseManifest(await readWholeDocument(this.#store, this.#path), this.#path);
    const { files } = this.#inventory;
    const { file, within, index } = parseCursor(cursor);
    const path = files[file];
    if (path === undefined) return { items: [], cursor: { file, within, index }, done: true };
    const chunk = await (await this.#openRows(path, file)).read(within, limit);
    const items = chunk.items.map((item, offset) => ({ ...item, index: index + offset }));
    const next: Position = chunk.done
      ? { file: file + 1, within: null, index: index + items.length }
      : { file, within: chunk.cursor, index: index + items.length };
    return { items, cursor: { ...next }, done: next.file === files.length };
  }

  async close(): Promise<void> {
    await this.#rows?.source.close();
    this.#rows = null;
    this.#inventory = null;
  }

  async #openRows(path: string, file: number): Promise<BatchSource> {
    if (this.#rows?.file === file) return this.#rows.source;
    await this.#rows?.source.close();
    const columns = this.#inventory?.columns ?? [];
    const source = createCsvSource(this.#store, path, { columns, raggedRows: 'fit' });
    this.#rows = { file, source };
    return source;
  }
}

function parseManifest(manifest: Json, path: string): Inventory {
  const { destinationBucket, fileFormat, fileSchema, files } = isObject(manifest) ? manifest : {};
  const isComplete =
    fileFormat === 'CSV' &&
    typeof destinationBucket === 'string' &&
    typeof fileSchema === 'string' &&
    Array.isArray(files);
  if (!isComplete) throw invalidManifest(path, 'destinationBucket, fileSchema and files');
  const bucket = destinationBucket.slice(destinationBucket.lastIndexOf(':') + 1);
  return {
    columns: fileSchema.split(',').map((column) => column.trim()),
    files: files.map((file) => {
      if (isObject(file) && typeof file.key === 'string') return `${bucket}/${file.key}`;
      throw invalidManifest(path, 'a key for every file');
    }),
  };
}

function invalidManifest(path: string, what: string): MillraceError {
  return new MillraceError(
    'MALFORMED_DOCUMENT',
    `${path}: expected the manifest of an S3 inventory of fileFormat CSV, with ${what}`,
    { fields: { path } },
  );
}

function parseCursor(cursor: Json | null): Position {
  if (cursor === null) return { file: 0, within: null, index: 0 };
  if (isObject(cursor)) {
    const { file, within, index } = cursor;
    if (typeof file === 'number' && typeof index === 'number' && within !== undefined) {
      return { file, within, index };
    }
  }
  throw new MillraceError('CONFLICT', 'the cursor of the map run was not saved for an inventory');
}
