import type { BatchItemResult, BatchQueries } from '../../ports/store/batch-queries.ts';

/** Some rows of a batch. */
export interface ResultPage {
  readonly rows: readonly BatchItemResult[];
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
}

/** Where to read results. */
export interface ReadResultsRequest {
  /** A `next` of an earlier page. @default the first row */
  readonly cursor?: string | null;
  /** Maximum number of rows in a page. @default 500 */
  readonly rowsMax?: number;
}

/** The number of rows by whose keys the columns of a CSV file are found. */
const firstRows = 500;

/** What a page should not exceed, in characters of its documents. */
const pageCharsMax = 4 * 1_024 * 1_024;

/** The first read of all tells how large rows are. */
const firstReadMax = 50;

/**
 * Reads the executions of a batch with their documents, in the order of their items, a page at a
 * time: memory does not grow with the batch, and large documents make smaller pages. The first page
 * has {@link firstRows} rows when they fit.
 */
export async function* readResultPages(
  store: Pick<BatchQueries, 'listResults'>,
  batchId: string,
  { cursor = null, rowsMax = firstRows }: ReadResultsRequest = {},
): AsyncGenerator<ResultPage> {
  let next = cursor;
  let limit = Math.min(rowsMax, firstReadMax);
  let rows: BatchItemResult[] = [];
  let chars = 0;
  do {
    const page = await store.listResults(batchId, {
      limit: Math.min(limit, rowsMax - rows.length),
      ...(next !== null && { cursor: next }),
    });
    const read = page.entries.reduce((sum, { input, output }) => {
      return sum + input.length + (output?.length ?? 0);
    }, 0);
    rows = rows.concat(page.entries);
    chars += read;
    next = page.next;
    const each = Math.max(1, read / Math.max(1, page.entries.length));
    limit = Math.max(1, Math.min(rowsMax, Math.floor(pageCharsMax / 2 / each)));
    if (rows.length >= rowsMax || chars >= pageCharsMax / 2 || next === null) {
      yield { rows, next };
      rows = [];
      chars = 0;
    }
  } while (next !== null);
}
