import { isUtf8 } from 'node:buffer';
import { isObject, type Json } from '../../asl/json/json.ts';
import { MillraceError } from '../../errors.ts';
import type { ObjectReader } from '../../ports/object-store.ts';
import type { BatchSource, SourceChunk, SourceItem } from '../batch-source.ts';
import { headBytes, recognizeText } from './recognize-text.ts';
import { UnzippedFiles } from './unzipped-files.ts';

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

/** Where reading a file begins. */
interface Start {
  readonly position: FilePosition;
  /** Whether positions are those of its unpacked content. */
  readonly isZipped: boolean;
}

interface Reading {
  readonly version: string;
  /** Size of the file, in bytes; null when it is gzipped: positions are bytes of its content. */
  readonly bytes: number | null;
  readonly batches: AsyncIterator<readonly FileRecord[]>;
  position: FilePosition;
  /** Records read from the file. */
  ahead: readonly FileRecord[];
  /** Number of these records that were returned. */
  returned: number;
}

/**
 * Reads the records of a file from a cursor on. It checks that the file has not changed since the
 * cursor was saved, skips a byte-order mark, unpacks a gzipped file, and refuses what is no text.
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
    const { position, isZipped } = saved ?? (await this.#findStart());
    const files = isZipped ? new UnzippedFiles(this.#files) : this.#files;
    const pieces = files.open(this.#path, position.byte);
    const batches = this.#format.records(pieces, position)[Symbol.asyncIterator]();
    this.#reading = {
      version,
      bytes: isZipped ? null : bytes,
      batches,
      position,
      ahead: [],
      returned: 0,
    };
    return this.#reading;
  }

  /** Recognizes the file by its first bytes, and a gzipped one by those of its content too. */
  async #findStart(): Promise<Start> {
    const path = this.#path;
    const packed = recognizeText(await readHead(this.#files, path));
    const isZipped = packed.kind === 'gzip' || path.endsWith('.gz');
    const content = isZipped
      ? recognizeText(await readHead(new UnzippedFiles(this.#files), path))
      : packed;
    if (content.kind === 'text') {
      const position = { byte: content.skip, line: 0, index: 0, columns: null };
      return { position, isZipped };
    }
    const { what, remedy } = content.kind === 'gzip' ? zippedTwice : content;
    throw new MillraceError(
      'MALFORMED_DOCUMENT',
      `${path}: expected text${isZipped ? ' in the gzipped file' : ''}, but it is ${what}: ${remedy}`,
      { fields: { path } },
    );
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
  return { version, ...(bytes === null ? { zipped: true } : { bytes }), ...position };
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

function parseCursor(cursor: Json): Start & { readonly version: string } {
  if (isObject(cursor)) {
    const { version, zipped, byte, line, index, columns } = cursor;
    if (
      typeof version === 'string' &&
      typeof byte === 'number' &&
      typeof line === 'number' &&
      typeof index === 'number' &&
      (columns === null || Array.isArray(columns))
    ) {
      const position = { byte, line, index, columns: columns?.map(String) ?? null };
      return { version, position, isZipped: zipped === true };
    }
  }
  throw new MillraceError('CONFLICT', 'the cursor of the batch was not saved for a file');
}

const zippedTwice = Object.freeze({ what: 'gzipped twice', remedy: 'unpack it once' });

async function readHead(files: ObjectReader, path: string): Promise<Uint8Array> {
  let head = Buffer.alloc(0);
  for await (const piece of files.open(path, 0)) {
    head = Buffer.concat([head, piece]);
    if (head.length >= headBytes) break;
  }
  return head.subarray(0, headBytes);
}

/** Returns why bytes are not UTF-8, for the problem of a record; null when they are. */
export function findEncodingProblem(bytes: Uint8Array): string | null {
  if (isUtf8(bytes)) return null;
  return (
    'expected UTF-8, found other bytes; if the file is in Latin-1 or Windows-1252, convert it ' +
    '(iconv -f WINDOWS-1252 -t UTF-8)'
  );
}
