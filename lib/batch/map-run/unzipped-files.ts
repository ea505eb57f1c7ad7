import { MillraceError, messageOf } from '../../errors.ts';
import type { ObjectReader, ObjectVersion } from '../../ports/object-store.ts';

/**
 * Reads gzipped files as their content; positions are bytes of the content. Opening a file at a
 * later position decompresses everything before it.
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
    const compressed = ReadableStream.from<Uint8Array>(this.#files.open(path, 0));
    try {
      for await (const piece of compressed.pipeThrough(new DecompressionStream('gzip'))) {
        if (skip < piece.length) yield piece.subarray(skip);
        skip = Math.max(0, skip - piece.length);
      }
    } catch (error) {
      throw error instanceof MillraceError ? error : notGzip(path, error);
    }
  }
}

function notGzip(path: string, error: unknown): MillraceError {
  return new MillraceError(
    'MALFORMED_DOCUMENT',
    `${path}: expected a gzipped file, because of its name: ${messageOf(error)}`,
    { cause: error, fields: { path } },
  );
}
