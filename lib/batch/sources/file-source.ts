import { isObject, type Json } from '../../asl/json/json.ts';
import { MillraceError } from '../../errors.ts';
import type { ObjectReader } from '../../ports/object-store.ts';
import type { BatchSource, SourceChunk, SourceItem } from '../batch-source.ts';

/** The position in a file where a record begins. */
export interface FilePosition {
  readonly byte: number;
  /** Number of lines before it. */
  readonly line: number;
  /** Number of records before it: the index of the next item. */
  readonly index: number;
  /** Column names of a CSV file; null until they are known. */
  readonly columns: readonly string[] | null;
}

/** One record, and the position of the next. */
export interface FileRecord {
  readonly next: FilePosition;
  readonly content: { readonly value: Json } | { readonly problem: string };
}

/** Separates a kind of file into records. */
export interface FileFormat {
  /** Returns the records of a file whose `pieces` begin at `from`, a group at a time. */
  records(
    pieces: AsyncIterable<Uint8Array>,
    from: FilePosition,
  ): AsyncIterable<readonly FileRecord[]>;
}

/**
 * Maximum size of a record, in bytes: 64 times the largest input, so that a longer record cannot be
 * an item.
 */
export const recordBytesMax = 16 * 1_024 * 1_024;

interface Reading {
  readonly version: string;
  /** Size of the file, in bytes. */
  readonly bytes: number;
  readonly batches: AsyncIterator<readonly FileRecord[]>;
  position: FilePosition;
  /** Records read from the file. */
  ahead: readonly FileRecord[];
  /** Number of these records that were returned. */
  returned: number;
}

/**
 * Reads the records of a file from a cursor on. It checks that the file has not changed since the
 * cursor was saved, and skips a byte-order mark.
 */
export class FileSource implements BatchSource {
  readonly #files: ObjectReader;
  readonly #path: string;
  readonly #format: FileFormat;
  #reading: Reading | null = null;

  constructor(files: ObjectReader, path: string, format: FileFormat) {
    this.#files = files;
    this.#path = path;
    this.#format = format;
  }

  async read(cursor: Json | null, limit: number): Promise<SourceChunk> {
    const reading = await this.#openAt(cursor);
    const items: SourceItem[] = [];
    let done = false;
    while (items.length < limit && !done) {
      const record = await this.#next(reading, items.length === 0);
      if (record === 'end') done = true;
      else if (record === 'broken') break;
      else {
        items.push({ index: reading.position.index, ...record.content });
        reading.position = record.next;
      }
    }
    return { items, cursor: toCursor(reading), done };
  }

  async close(): Promise<void> {
    const reading = this.#reading;
    this.#reading = null;
    await reading?.batches.return?.();
  }

  /** Continues the last read when the cursor is where it ended, and opens the file otherwise. */
  async #openAt(cursor: Json | null): Promise<Reading> {
    const saved = cursor === null ? null : parseCursor(cursor);
    const open = this.#reading;
    if (open !== null && saved !== null && saved.version === open.version) {
      if (saved.position.byte === open.position.byte) return open;
    }
    await this.close();
    const { version, bytes } = await this.#files.stat(this.#path);
    if (saved !== null && saved.version !== version) throw this.#changed(saved.position);
    const position = saved?.position ?? (await this.#startPosition());
    const pieces = this.#files.open(this.#path, position.byte);
    const batches = this.#format.records(pieces, position)[Symbol.asyncIterator]();
    this.#reading = { version, bytes, batches, position, ahead: [], returned: 0 };
    return this.#reading;
  }

  async #startPosition(): Promise<FilePosition> {
    return {
      byte: await measureByteOrderMark(this.#files, this.#path),
      line: 0,
      index: 0,
      columns: null,
    };
  }

  /**
   * Returns 'broken' for an error that follows other records of the same read: the next read meets
   * it again, and throws it.
   */
  async #next(reading: Reading, isFirst: boolean): Promise<FileRecord | 'end' | 'broken'> {
    while (reading.returned === reading.ahead.length) {
      try {
        const { done, value } = await reading.batches.next();
        if (done) return 'end';
        reading.ahead = value;
        reading.returned = 0;
      } catch (error) {
        this.#reading = null;
        if (isFirst) throw this.#located(error);
        return 'broken';
      }
    }
    const record = reading.ahead[reading.returned];
    reading.returned += 1;
    return record ?? 'end';
  }

  #changed({ index }: FilePosition): MillraceError {
    return new MillraceError(
      'CONFLICT',
      `${this.#path} has changed since its first ${index} items were read, so reading cannot ` +
        'continue; restore the old file, or start a new batch over the new one',
      { fields: { path: this.#path, index } },
    );
  }

  #located(error: unknown): unknown {
    if (!(error instanceof FileFault)) return error;
    return new MillraceError('MALFORMED_DOCUMENT', `${this.#path}, ${error.message}`, {
      fields: { path: this.#path, fault: error.kind },
    });
  }
}

/** Faults for which a caller has its own message: the field `fault` of the error. */
export type FaultKind = 'notAnArray' | 'sameColumnTwice';

/** Thrown by a format when records can no longer be separated. */
export class FileFault extends Error {
  readonly kind: FaultKind | undefined;

  constructor(message: string, kind?: FaultKind) {
    super(message);
    this.kind = kind;
  }
}

function toCursor({ version, bytes, position }: Reading): Json {
  return { version, bytes, ...position };
}

/**
 * Returns how much of a file has been read, by the cursor of its source; null for the cursor of
 * another source, and for one that was saved without the size of the file.
 */
export function measureRead(
  cursor: Json,
): { readonly bytes: number; readonly ofBytes: number } | null {
  if (!isObject(cursor)) return null;
  const { byte, bytes } = cursor;
  if (typeof byte !== 'number' || typeof bytes !== 'number') return null;
  return { bytes: Math.min(byte, bytes), ofBytes: bytes };
}

function parseCursor(cursor: Json): { readonly version: string; readonly position: FilePosition } {
  if (isObject(cursor)) {
    const { version, byte, line, index, columns } = cursor;
    if (
      typeof version === 'string' &&
      typeof byte === 'number' &&
      typeof line === 'number' &&
      typeof index === 'number' &&
      (columns === null || Array.isArray(columns))
    ) {
      return { version, position: { byte, line, index, columns: columns?.map(String) ?? null } };
    }
  }
  throw new MillraceError('CONFLICT', 'the cursor of the batch was not saved for a file');
}

/**
 * Returns the length of the UTF-8 byte-order mark at the start of the file, in bytes. Throws for
 * UTF-16, which would be misread.
 */
async function measureByteOrderMark(files: ObjectReader, path: string): Promise<number> {
  let head = Buffer.alloc(0);
  for await (const piece of files.open(path, 0)) {
    head = Buffer.concat([head, piece]);
    if (head.length >= 3) break;
  }
  const [first, second, third] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new MillraceError(
      'MALFORMED_DOCUMENT',
      `${path} is in UTF-16; files are read as UTF-8: convert it (iconv -f UTF-16 -t UTF-8)`,
      { fields: { path } },
    );
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}
