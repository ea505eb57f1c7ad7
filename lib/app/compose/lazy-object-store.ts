/**
 * An object store that is opened by its first call: a process that reads no bucket neither loads
 * the client of a service nor needs its package. An opening that failed is tried again by the next
 * call.
 */
import type { ListedObject, ObjectStore, ObjectVersion } from '../../ports/object-store.ts';

/** See this file's head. */
export class OnDemandObjects implements ObjectStore {
  readonly #openDriver: () => Promise<ObjectStore>;
  #opening: Promise<ObjectStore> | null = null;

  constructor(openDriver: () => Promise<ObjectStore>) {
    this.#openDriver = openDriver;
  }

  async stat(path: string): Promise<ObjectVersion> {
    return (await this.#driver()).stat(path);
  }

  async *open(path: string, fromByte: number): AsyncIterable<Uint8Array> {
    yield* (await this.#driver()).open(path, fromByte);
  }

  async *list(prefix: string, after?: string): AsyncIterable<ListedObject> {
    yield* (await this.#driver()).list(prefix, after);
  }

  async put(path: string, content: string): Promise<void> {
    return (await this.#driver()).put(path, content);
  }

  #driver(): Promise<ObjectStore> {
    this.#opening ??= this.#openDriver().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }
}
