import type { OrderRecord } from '../../ports/store/order-store.ts';

/** A page of what an order selects. */
export interface OrderPage {
  /** Executions, or tasks of the archive, that may be changed. */
  readonly ids: readonly string[];
  /** How many more were selected that cannot be changed. */
  readonly skipped: number;
  /** The place of the next page; null on the last. A page may be empty and not the last. */
  readonly next: string | null;
}

/** What an order selects, and what it does to that. */
export interface OrderWork {
  /**
   * Selects up to `limit` things, from `place` on. Reads only: a set that is frozen at
   * `OrderRecord.upTo`, each thing once.
   */
  select(order: OrderRecord, place: string | null, limit: number): Promise<OrderPage>;
  /** Changes things, each conditionally, and returns how many were changed. */
  apply(order: OrderRecord, ids: readonly string[]): Promise<number>;
  /** Returns those of a page that an earlier leader has certainly not changed, or only in part. */
  findUndone(order: OrderRecord, ids: readonly string[]): Promise<readonly string[]>;
}
