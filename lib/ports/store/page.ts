/** Selects one page of a list. */
export interface PageRequest {
  /** Maximum number of entries; 1 to 1,000. */
  readonly limit: number;
  /** The `next` of the page before; absent for the first. Opaque. */
  readonly cursor?: string;
}

/** One page of a list. */
export interface Page<Entry> {
  readonly entries: Entry[];
  /** Null on the last page. */
  readonly next: string | null;
}

/** How many rows were looked at to make a page. */
export interface LookedAt {
  readonly rows: number;
  /** Creation time of the last of them, in milliseconds since 1970; null when there was none. */
  readonly backTo: number | null;
  /** Whether there is nothing further back. */
  readonly isAll: boolean;
}

/**
 * A page of a list that looks at a bounded number of rows: it may have fewer entries than asked for
 * while `next` is not null.
 */
export interface LookedPage<Entry> extends Page<Entry> {
  readonly lookedAt: LookedAt;
}
