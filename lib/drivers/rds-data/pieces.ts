/** How documents and answers are cut so that the Data API takes them, and put together again. */

/**
 * The largest request of the service is 4 MiB, with the names, the statement and the escapes of a
 * text within JSON.
 */
const documentBytesMax = 4 * 1024 * 1024 - 128 * 1024;

/** A piece's bytes grow by a third, as they go in Base64. */
const pieceBytes = 2_900_000;

/** Whether a request may hold the document as the text of a parameter. */
export function fitsRequest(document: string): boolean {
  // Letters take 3 bytes at most, and what is escaped 2: JSON has no control characters.
  if (document.length * 3 <= documentBytesMax) return true;
  return Buffer.byteLength(JSON.stringify(document)) <= documentBytesMax;
}

/** The document's bytes, cut. */
export function piecesOf(document: string): Uint8Array[] {
  const bytes = Buffer.from(document);
  const count = Math.ceil(bytes.length / pieceBytes);
  return Array.from({ length: count }, (_, number) =>
    bytes.subarray(number * pieceBytes, (number + 1) * pieceBytes),
  );
}

/** The rows of an answer: each a line of JSON. All together may be longer than a string can be. */
export function rowsOf<Row extends object>(pieces: readonly Uint8Array[]): Row[] {
  const bytes = Buffer.concat(pieces);
  const rows: Row[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start);
    rows.push(JSON.parse(bytes.toString('utf8', start, end)));
    start = end + 1;
  }
  return rows;
}
