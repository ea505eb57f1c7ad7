import { isObjectUrl, objectUrlScheme } from '../../batch/object-url.ts';
import { LocalUploads } from '../../drivers/system/local-uploads.ts';
import type { ObjectWriter, Upload } from '../../ports/object-store.ts';

/**
 * Writes files of results: a path that begins with `s3://` is an object in a bucket, any other a
 * local file.
 */
export class OutputFiles implements ObjectWriter {
  readonly #objects: ObjectWriter;
  readonly #files = new LocalUploads();

  constructor(objects: ObjectWriter) {
    this.#objects = objects;
  }

  startUpload(path: string, type: string): Promise<Upload> {
    return isObjectUrl(path)
      ? this.#objects.startUpload(toObjectPath(path), type)
      : this.#files.startUpload(path);
  }

  addPart(path: string, upload: Upload, content: Uint8Array): Promise<Upload> {
    return isObjectUrl(path)
      ? this.#objects.addPart(toObjectPath(path), upload, content)
      : this.#files.addPart(path, upload, content);
  }

  finishUpload(path: string, upload: Upload): Promise<void> {
    return isObjectUrl(path)
      ? this.#objects.finishUpload(toObjectPath(path), upload)
      : this.#files.finishUpload(path, upload);
  }

  cancelUpload(path: string, upload: Upload): Promise<void> {
    return isObjectUrl(path)
      ? this.#objects.cancelUpload(toObjectPath(path), upload)
      : this.#files.cancelUpload(path, upload);
  }
}

function toObjectPath(url: string): string {
  return url.slice(objectUrlScheme.length);
}
