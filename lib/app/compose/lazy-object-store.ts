import type { ListedObject, ObjectStore, ObjectVersion, Upload } from '../../ports/object-store.ts';
import { Lazy } from './lazy.ts';

/**
 * An object store that is opened by its first call: a process that reads no bucket neither loads
 * the client of a service nor needs its package.
 */
export class LazyObjectStore implements ObjectStore {
  readonly #driver: Lazy<ObjectStore>;

  constructor(openDriver: () => Promise<ObjectStore>) {
    this.#driver = new Lazy(openDriver);
  }

  async stat(path: string): Promise<ObjectVersion> {
    return (await this.#driver.get()).stat(path);
  }

  async *open(path: string, fromByte: number): AsyncIterable<Uint8Array> {
    yield* (await this.#driver.get()).open(path, fromByte);
  }

  async *list(prefix: string, after?: string): AsyncIterable<ListedObject> {
    yield* (await this.#driver.get()).list(prefix, after);
  }

  async put(path: string, content: string): Promise<void> {
    return (await this.#driver.get()).put(path, content);
  }

  async startUpload(path: string, type: string): Promise<Upload> {
    return (await this.#driver.get()).startUpload(path, type);
  }

  async addPart(path: string, upload: Upload, content: Uint8Array): Promise<Upload> {
    return (await this.#driver.get()).addPart(path, upload, content);
  }

  async finishUpload(path: string, upload: Upload): Promise<void> {
    return (await this.#driver.get()).finishUpload(path, upload);
  }

  async cancelUpload(path: string, upload: Upload): Promise<void> {
    return (await this.#driver.get()).cancelUpload(path, upload);
  }
}
