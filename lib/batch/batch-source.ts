/**
 * Where the items of a batch come from, one interface for every kind. A source is read on from a
 * saved cursor without reading again what lies before it, and holds no more than a piece of itself
 * in memory.
 */
import type { Json } from '../asl/json/json.ts';
import type { ExecutionLink } from '../ports/execution-store.ts';

/** One item, or what is wrong with it: a bad row fails its own execution, and the batch goes on. */
export type SourceItem =
  | {
      /** Its place in the source, from 0. */
      readonly index: number;
      readonly value: Json;
      /** Of which earlier execution the item is the output. */
      readonly link?: ExecutionLink;
    }
  | {
      readonly index: number;
      /** For people, with the row, line or execution it came from. */
      readonly problem: string;
    };

/** What one read gave. */
export interface SourceChunk {
  readonly items: SourceItem[];
  /** Where the next read goes on; plain JSON, saved with the items. */
  readonly cursor: Json;
  /** Whether there is nothing behind these items. */
  readonly done: boolean;
}

export interface BatchSource {
  /**
   * Up to `limit` items from `cursor` on (null: from the start). Fewer than `limit` does not mean
   * the end. Throws `FILE_NOT_READABLE`; `CONFLICT` when the source is no longer what the cursor
   * was saved for; `MALFORMED_DOCUMENT` when what follows cannot be told apart into items.
   */
  read(cursor: Json | null, limit: number): Promise<SourceChunk>;
  /** Lets go of what is open. A source may be read again afterwards. */
  close(): Promise<void>;
}
