import type { Json } from '../asl/json/json.ts';
import type { ExecutionLink } from '../ports/store/execution-store.ts';

/** One item, or its problem: a bad row fails its own execution, and the batch continues. */
export type SourceItem =
  | {
      /** Position in the source, from 0. */
      readonly index: number;
      readonly value: Json;
      /** The earlier execution whose output is the item. */
      readonly link?: ExecutionLink;
      /** Whether the value is the pair `{ Key, Value }` of a member of an object. */
      readonly isMember?: true;
    }
  | {
      readonly index: number;
      /** Message that names the row, line or execution. */
      readonly problem: string;
    };

/** The result of one read. */
export interface SourceChunk {
  readonly items: SourceItem[];
  /** Where the next read continues; plain JSON, saved with the items. */
  readonly cursor: Json;
  /** Whether these are the last items. */
  readonly done: boolean;
}

/**
 * Reads the items of a batch. A source continues from a saved cursor without reading what is before
 * it, and holds only a bounded part of its data in memory.
 */
export interface BatchSource {
  /**
   * Reads up to `limit` items from `cursor` on (null: from the start). Fewer than `limit` does not
   * mean the end. Throws `FILE_NOT_READABLE`; `CONFLICT` when the source has changed since the
   * cursor was saved; `MALFORMED_DOCUMENT` when the rest cannot be separated into items.
   */
  read(cursor: Json | null, limit: number): Promise<SourceChunk>;
  /** Closes open files. The source can be read again afterwards. */
  close(): Promise<void>;
}
