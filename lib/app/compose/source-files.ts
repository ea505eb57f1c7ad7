import { isObjectUrl, objectUrlScheme } from '../../batch/object-url.ts';
import { LocalFiles } from '../../drivers/system/local-files.ts';
import type { ObjectReader, ObjectVersion } from '../../ports/object-store.ts';

/**
 * Reads the sources of batches: a path that begins with `s3://` is an object in a bucket, any other
 * a local file.
 */
export class SourceFiles implements ObjectReader {
  readonly #objects: ObjectReader;
  readonly #files = new LocalFiles();

  constructor(objects: ObjectReader) {
    this.#objects = objects;
  }

  stat(path: string): Promise<ObjectVersion> {
    return isObjectUrl(path)
      ? this.#objects.stat(path.slice(objectUrlScheme.length))
      : this.#files.stat(path);
  }

  open(path: string, fromByte: number): AsyncIterable<Uint8Array> {
    return isObjectUrl(path)
      ? this.#objects.open(path.slice(objectUrlScheme.length), fromByte)
      : this.#files.open(path, fromByte);
  }
}
