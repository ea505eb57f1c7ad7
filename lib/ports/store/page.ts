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
