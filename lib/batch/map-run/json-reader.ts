import { isObject, type Json } from '../../asl/json/json.ts';
import { hasCode } from '../../errors.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { BatchSource, SourceChunk } from '../batch-source.ts';
import { createJsonArraySource } from '../sources/json-array-source.ts';
import { createMemberSource } from './member-source.ts';
import { readWholeDocument } from './whole-document.ts';

/**
 * Reads the elements of a file that is one JSON array, as a stream, or the members of one that is
 * one object. The whole object is held in memory until the source is closed.
 */
export class JsonReader implements BatchSource {
  readonly #store: ObjectStore;
  readonly #path: string;
  readonly #elements: BatchSource;
  #members: BatchSource | null = null;

  constructor(store: ObjectStore, path: string) {
    this.#store = store;
    this.#path = path;
    this.#elements = createJsonArraySource(store, path);
  }

  async read(cursor: Json | null, limit: number): Promise<SourceChunk> {
    // The cursor among the members of an object is a number.
    if (typeof cursor === 'number') return (await this.#openMembers(null)).read(cursor, limit);
    try {
      return await this.#elements.read(cursor, limit);
    } catch (thrown) {
      if (!hasCode(thrown, 'MALFORMED_DOCUMENT') || thrown.fields.fault !== 'notAnArray') {
        throw thrown;
      }
      return (await this.#openMembers(thrown)).read(null, limit);
    }
  }

  async close(): Promise<void> {
    this.#members = null;
    await this.#elements.close();
  }

  /** @param fault thrown when the document is no object */
  async #openMembers(fault: unknown): Promise<BatchSource> {
    if (this.#members !== null) return this.#members;
    const document = await readWholeDocument(this.#store, this.#path);
    if (!isObject(document)) throw fault;
    this.#members = createMemberSource(document);
    return this.#members;
  }
}
