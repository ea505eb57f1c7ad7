/**
 * Gzipped files as if they were not: bytes are counted in the content. To begin behind the start is
 * to unpack all before it.
 */
import { MillraceError, messageOf } from '../../errors.ts';
import type { ObjectReader, ObjectVersion } from '../../ports/object-store.ts';

/** See this file's head. */
export class UnzippedFiles implements ObjectReader {
  readonly #files: ObjectReader;

  constructor(files: ObjectReader) {
    this.#files = files;
  }

  /** The version is the content's, the size that of the packed file. */
  stat(path: string): Promise<ObjectVersion> {
    return this.#files.stat(path);
  }

  async *open(path: string, fromByte: number): AsyncGenerator<Uint8Array> {
    let skip = fromByte;
    const packed = ReadableStream.from<Uint8Array>(this.#files.open(path, 0));
    try {
      for await (const piece of packed.pipeThrough(new DecompressionStream('gzip'))) {
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
    `${path}: expected a gzipped file, as its name says: ${messageOf(error)}`,
    { cause: error, fields: { path } },
  );
}
