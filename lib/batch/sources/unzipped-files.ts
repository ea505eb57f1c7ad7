import { MillraceError, messageOf } from '../../errors.ts';
import type { ObjectReader, ObjectVersion } from '../../ports/object-store.ts';

/**
 * Maximum size of a file's content as a multiple of its compressed size. Tables compress to a
 * twentieth, logs to a hundredth; a thousandth, the most that gzip can do, is a file made to harm.
 */
const expansionMax = 250;

/** Content below this size is never refused for its expansion, in bytes. */
const expansionFreeBytes = 16 * 1_024 * 1_024;

/**
 * Reads gzipped files as their content; positions are bytes of the content. Opening a file at a
 * later position decompresses everything before it. Memory is bounded whatever the file expands to,
 * and so is the expansion.
 */
export class UnzippedFiles implements ObjectReader {
  readonly #files: ObjectReader;

  constructor(files: ObjectReader) {
    this.#files = files;
  }

  /** Returns the version of the gzipped file, and its compressed size. */
  stat(path: string): Promise<ObjectVersion> {
    return this.#files.stat(path);
  }

  async *open(path: string, fromByte: number): AsyncGenerator<Uint8Array> {
    let skip = fromByte;
    let compressedBytes = 0;
    let contentBytes = 0;
    const counted = async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        compressedBytes += piece.length;
        yield piece;
      }
    };
    const compressed = ReadableStream.from<Uint8Array>(counted(this.#files.open(path, 0)));
    try {
      for await (const piece of compressed.pipeThrough(new DecompressionStream('gzip'))) {
        contentBytes += piece.length;
        const bytesMax = Math.max(expansionFreeBytes, compressedBytes * expansionMax);
        if (contentBytes > bytesMax) throw expandsTooMuch(path);
        if (skip < piece.length) yield piece.subarray(skip);
        skip = Math.max(0, skip - piece.length);
      }
    } catch (error) {
      throw error instanceof MillraceError ? error : notGzip(path, error);
    }
  }
}

function expandsTooMuch(path: string): MillraceError {
  return new MillraceError(
    'MALFORMED_DOCUMENT',
    `${path}: its content is more than ${expansionMax} times as large as the gzipped file; ` +
      'unpack it before, if it is what it should be',
    { fields: { path, expansionMax } },
  );
}

function notGzip(path: string, error: unknown): MillraceError {
  return new MillraceError(
    'MALFORMED_DOCUMENT',
    `${path}: expected a gzipped file that is complete: ${messageOf(error)}`,
    { cause: error, fields: { path } },
  );
}
