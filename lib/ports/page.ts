/** Keyset pages: a cursor that says where the next page starts, so that no page is skipped or shown twice. */

export interface PageRequest {
  /** Entries at most; 1 to 1,000. */
  readonly limit: number;
  /** The `next` of the page before; absent for the first. Opaque. */
  readonly cursor?: string;
}

export interface Page<Entry> {
  readonly entries: Entry[];
  /** Null on the last page. */
  readonly next: string | null;
}
