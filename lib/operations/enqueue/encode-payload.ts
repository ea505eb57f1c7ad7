/** Encodes documents as the JSON texts that a store keeps. */
import type { Json } from '../../asl/json/json.ts';
import { type JsonText, toDocumentText } from '../../asl/json/json-text.ts';
import { exceedsBytes } from '../../engine/limits.ts';
import { MillraceError, messageOf } from '../../errors.ts';

/**
 * Returns the JSON text of `document`.
 * @param what names the document in error messages
 * @throws PAYLOAD_TOO_LARGE
 * @throws INVALID_ARGUMENT for a value that is not JSON
 */
export function encodePayload(document: Json | JsonText, bytesMax: number, what: string): string {
  const text = encode(document, what);
  if (!exceedsBytes(text, bytesMax)) return text;
  throw new MillraceError(
    'PAYLOAD_TOO_LARGE',
    `${what} is ${Buffer.byteLength(text)} bytes of JSON; at most ${bytesMax} are allowed (payloadBytesMax): ` +
      'store the document elsewhere and pass a reference to it',
    { fields: { bytes: Buffer.byteLength(text), bytesMax } },
  );
}

/** A value from untyped code may be circular, or hold a BigInt. */
function encode(document: Json | JsonText, what: string): string {
  let text: string | undefined;
  let reason = `found ${typeof document}`;
  try {
    text = toDocumentText(document);
  } catch (error) {
    reason = messageOf(error);
  }
  if (text !== undefined) return text;
  throw new MillraceError('INVALID_ARGUMENT', `${what} must be JSON; ${reason}`);
}
