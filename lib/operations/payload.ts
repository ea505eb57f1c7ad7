/** Documents on their way into the store: JSON texts within the payload limit. */
import type { Json } from '../asl/json/json.ts';
import { exceedsBytes } from '../engine/limits.ts';
import { MillraceError, messageOf } from '../errors.ts';

/**
 * The JSON text of `value`; throws PAYLOAD_TOO_LARGE naming `what`, or INVALID_ARGUMENT when it is
 * no JSON.
 */
export function encodePayload(value: Json, bytesMax: number, what: string): string {
  const text = textOf(value, what);
  if (!exceedsBytes(text, bytesMax)) return text;
  throw new MillraceError(
    'PAYLOAD_TOO_LARGE',
    `${what} is ${Buffer.byteLength(text)} bytes of JSON; at most ${bytesMax} may be (payloadBytesMax): ` +
      'put the document elsewhere and pass a reference to it',
    { fields: { bytes: Buffer.byteLength(text), bytesMax } },
  );
}

/** What comes from programs without types may be a circle, or hold a BigInt. */
function textOf(value: unknown, what: string): string {
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
