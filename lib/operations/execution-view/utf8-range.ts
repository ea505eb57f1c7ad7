/** A range of a text by its bytes in UTF-8. */
export interface ByteRange {
  readonly from: number;
  /** Maximum number of bytes, rounded up to the end of a character. */
  readonly bytes: number;
}

/** Maximum length of the rest of a character, in bytes. */
export const characterRestMax = 3;

/**
 * Returns the characters that begin within the first `bytes` bytes of a part of a text. The part
 * may begin inside a character, which is left out, and should have {@link characterRestMax} more
 * bytes. So the ranges of a text that follow one another make up the text.
 */
export function charactersIn(part: Uint8Array, bytes: number): string {
  const start = characterStart(part, 0);
  const end = characterStart(part, Math.min(bytes, part.length));
  return new TextDecoder().decode(part.subarray(start, end));
}

/** Returns the characters of a text that begin in a range. */
export function charactersOf(text: string, { from, bytes }: ByteRange): string {
  const whole = new TextEncoder().encode(text);
  return charactersIn(whole.subarray(Math.min(from, whole.length)), bytes);
}

function characterStart(part: Uint8Array, from: number): number {
  let at = from;
  // Bytes 10xxxxxx continue a character.
  while (at < part.length && ((part[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}
