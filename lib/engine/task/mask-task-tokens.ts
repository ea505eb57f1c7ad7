/** The end of a task token: the command and the random digits. */
const tokenEnd = /\.\d{1,15}-\d{1,15}\.[0-9a-f]{32}(?![0-9a-f])/g;

/** Length of the first part of a token, an ARN in Base64, in characters. */
const arnCharsMin = 20;
const arnCharsMax = 2_048;

/** What stands in place of a masked token. */
const maskedToken = '[task token]';

/**
 * Masks every task token in a text, JSON or not, and keeps everything else letter for letter: who
 * reads a token could answer for the work.
 */
export function maskTaskTokens(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (const { 0: end, index } of text.matchAll(tokenEnd)) {
    const start = findTokenStart(text, index, from);
    if (index - start < arnCharsMin) continue;
    kept.push(text.slice(from, start), maskedToken);
    from = index + end.length;
  }
  return from === 0 ? text : kept.join('') + text.slice(from);
}

function findTokenStart(text: string, end: number, from: number): number {
  let start = end;
  while (start > from && end - start < arnCharsMax && isBase64Url(text.charCodeAt(start - 1))) {
    start -= 1;
  }
  return start;
}

function isBase64Url(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x30 && unit <= 0x39) ||
    unit === 0x2d ||
    unit === 0x5f
  );
}
