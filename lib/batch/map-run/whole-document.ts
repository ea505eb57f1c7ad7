/** Reads JSON documents that are needed as a whole, up to a maximum size. */
import type { Json } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

/**
 * Maximum size of a document that is read as a whole, in bytes; Millrace's own limit, because
 * several copies of it are in memory.
 */
const documentBytesMax = 64 * 1_024 * 1_024;

/** Reads a whole JSON document. Throws `MALFORMED_DOCUMENT`, and what the store throws. */
export async function readWholeDocument(
  store: Pick<ObjectStore, 'open'>,
  path: string,
): Promise<Json> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of store.open(path, 0)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > documentBytesMax) throw malformed(path, 'it is longer than 64 MiB');
  }
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces)));
  } catch (error) {
    throw malformed(path, messageOf(error));
  }
}

function malformed(path: string, why: string): MillraceError {
  return new MillraceError('MALFORMED_DOCUMENT', `${path}: expected a JSON document: ${why}`, {
    fields: { path },
  });
}
