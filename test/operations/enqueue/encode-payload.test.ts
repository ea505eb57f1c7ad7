/** Documents encoded for the store. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { encodePayload } from '../../../lib/operations/enqueue/encode-payload.ts';

describe('a payload', () => {
  it('a payload may have exactly the maximum size, in bytes and not in characters', () => {
    expect(encodePayload('äöü', 8, 'the input')).toBe('"äöü"');
    expect(() => encodePayload('äöüx', 8, 'the input')).toThrow(
      expect.objectContaining({
        code: 'PAYLOAD_TOO_LARGE',
        message: expect.stringMatching(/the input is 9 bytes .* at most 8 .*payloadBytesMax/),
        fields: { bytes: 9, bytesMax: 8 },
      }),
    );
  });

  it('a value that JSON cannot represent is refused with the reason', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;

    for (const [value, reason] of [
      [{ total: 10n }, /^the input must be JSON; .*BigInt/],
      [circle, /^the input must be JSON; .*circular/],
    ] as const) {
      expect(() => encodePayload(value as never, 100, 'the input')).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message: expect.stringMatching(reason),
        }),
      );
    }
  });

  it('a value that is not JSON is refused with its type', () => {
    const values: unknown[] = [undefined, () => 1, Symbol('s')];
    for (const value of values) {
      expect(() => encodePayload(value as Json, 100, 'the input')).toThrow(
        `the input must be JSON; found ${typeof value}`,
      );
    }
  });
});
