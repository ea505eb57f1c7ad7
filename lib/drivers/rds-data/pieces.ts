/** Splits documents and results into pieces that fit the limits of the Data API. */

/**
 * Maximum size of a document within a request. The service's limit is 4 MiB, including the names,
 * the statement and the escapes of a text within JSON.
 */
const documentBytesMax = 4 * 1024 * 1024 - 128 * 1024;

/** Size of a piece; Base64 makes it a third larger. */
const pieceBytes = 2_900_000;

/** True when the document fits into a request as a text parameter. */
export function fitsRequest(document: string): boolean {
  // A character takes at most 3 bytes, an escaped one 2: JSON has no control characters.
  if (document.length * 3 <= documentBytesMax) return true;
  return Buffer.byteLength(JSON.stringify(document)) <= documentBytesMax;
}

/** Splits the document's bytes into pieces. */
export function splitDocument(document: string): Uint8Array[] {
  const bytes = Buffer.from(document);
  const count = Math.ceil(bytes.length / pieceBytes);
  return Array.from({ length: count }, (_, number) =>
    bytes.subarray(number * pieceBytes, (number + 1) * pieceBytes),
  );
}

/** Parses rows, one line of JSON each. Together they can be longer than a string can be. */
export function parseRows<Row extends object>(pieces: readonly Uint8Array[]): Row[] {
  const bytes = Buffer.concat(pieces);
  const rows: Row[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start);
    rows.push(JSON.parse(bytes.toString('utf8', start, end)));
    start = end + 1;
  }
  return rows;
}
