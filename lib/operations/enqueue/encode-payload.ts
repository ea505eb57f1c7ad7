/** Encodes documents as the JSON texts that a store keeps. */
import type { Json } from '../../asl/json/json.ts';
import { exceedsBytes } from '../../engine/limits.ts';
import { MillraceError, messageOf } from '../../errors.ts';

/**
 * Returns the JSON text of `value`.
 * @param what names the document in error messages
 * @throws PAYLOAD_TOO_LARGE
 * @throws INVALID_ARGUMENT for a value that is not JSON
 */
export function encodePayload(value: Json, bytesMax: number, what: string): string {
  const text = toJsonText(value, what);
  if (!exceedsBytes(text, bytesMax)) return text;
  throw new MillraceError(
    'PAYLOAD_TOO_LARGE',
    `${what} is ${Buffer.byteLength(text)} bytes of JSON; at most ${bytesMax} are allowed (payloadBytesMax): ` +
      'store the document elsewhere and pass a reference to it',
    { fields: { bytes: Buffer.byteLength(text), bytesMax } },
  );
}

/** A value from untyped code may be circular, or hold a BigInt. */
function toJsonText(value: unknown, what: string): string {
  let text: string | undefined;
  let reason = `found ${typeof value}`;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    reason = messageOf(error);
  }
  if (text !== undefined) return text;
  throw new MillraceError('INVALID_ARGUMENT', `${what} must be JSON; ${reason}`);
}
