/**
 * What sources in files have in common: reading on from a byte, the file being the same file, the
 * cursor, a byte-order mark. The format tells records apart; it is given pieces of the file as they
 * come.
 */
import { isObject, type Json } from '../../asl/json/json.ts';
import { MillraceError } from '../../errors.ts';
import type { ObjectReader } from '../../ports/object-store.ts';
import type { BatchSource, SourceChunk, SourceItem } from '../batch-source.ts';

/** Where in a file the next record begins. */
export interface FilePosition {
  readonly byte: number;
  /** Lines before it. */
  readonly line: number;
  /** Records before it, which is the next item's index. */
  readonly index: number;
  /** The column names of a CSV file, once known. */
  readonly columns: readonly string[] | null;
}

/** One record, and where the next begins. */
export interface FileRecord {
  readonly next: FilePosition;
  readonly content: { readonly value: Json } | { readonly problem: string };
}

/** How a kind of file is told apart into records. */
export interface FileFormat {
  /** The records of `pieces`, which begin at `from`, some at a time. */
  records(
    pieces: AsyncIterable<Uint8Array>,
    from: FilePosition,
  ): AsyncIterable<readonly FileRecord[]>;
}

/**
 * Largest record, in bytes (ours: 64 times the largest input, so that what is refused is no item at
 * all).
 */
export const recordBytesMax = 16 * 1_024 * 1_024;

interface Reading {
  readonly version: string;
  readonly batches: AsyncIterator<readonly FileRecord[]>;
  position: FilePosition;
  /** Records told apart and not yet given out. */
  ahead: readonly FileRecord[];
  given: number;
}

/** See this file's head. */
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
    const reading = await this.#readingAt(cursor);
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
    return { items, cursor: cursorOf(reading), done };
  }

  async close(): Promise<void> {
    const reading = this.#reading;
    this.#reading = null;
    await reading?.batches.return?.();
  }

  /**
   * Goes on where the last read ended when the cursor is that place, and opens the file there
   * otherwise.
   */
  async #readingAt(cursor: Json | null): Promise<Reading> {
    const saved = cursor === null ? null : savedIn(cursor);
    const open = this.#reading;
    if (open !== null && saved !== null && saved.version === open.version) {
      if (saved.position.byte === open.position.byte) return open;
    }
    await this.close();
    const { version } = await this.#files.stat(this.#path);
    if (saved !== null && saved.version !== version) throw this.#changed(saved.position);
    const position = saved?.position ?? (await this.#start());
    const pieces = this.#files.open(this.#path, position.byte);
    const batches = this.#format.records(pieces, position)[Symbol.asyncIterator]();
    this.#reading = { version, batches, position, ahead: [], given: 0 };
    return this.#reading;
  }

  async #start(): Promise<FilePosition> {
    return { byte: await markBytes(this.#files, this.#path), line: 0, index: 0, columns: null };
  }

  /** An error waits until what came before it has been given out: the next read meets it again. */
  async #next(reading: Reading, first: boolean): Promise<FileRecord | 'end' | 'broken'> {
    while (reading.given === reading.ahead.length) {
      try {
        const { done, value } = await reading.batches.next();
        if (done) return 'end';
        reading.ahead = value;
        reading.given = 0;
      } catch (error) {
        this.#reading = null;
        if (first) throw this.#located(error);
        return 'broken';
      }
    }
    const record = reading.ahead[reading.given];
    reading.given += 1;
    return record ?? 'end';
  }

  #changed({ index }: FilePosition): MillraceError {
    return new MillraceError(
      'CONFLICT',
      `${this.#path} has changed since its first ${index} items were read, so the place to go ` +
        'on is lost; put the old file back, or start a new batch over the new one',
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

/** Faults that a reader of its own may have other words for; the field `fault` of the error. */
export type FaultKind = 'notAnArray' | 'sameColumnTwice';

/** Thrown by a format where records can no longer be told apart; says where and what to do. */
export class FileFault extends Error {
  readonly kind: FaultKind | undefined;

  constructor(message: string, kind?: FaultKind) {
    super(message);
    this.kind = kind;
  }
}

function cursorOf({ version, position }: Reading): Json {
  return { version, ...position };
}

function savedIn(cursor: Json): { readonly version: string; readonly position: FilePosition } {
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
 * Bytes of the UTF-8 byte-order mark at the file's start; UTF-16 is refused: all of it would be
 * misread.
 */
async function markBytes(files: ObjectReader, path: string): Promise<number> {
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
