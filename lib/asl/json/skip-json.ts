/** Finds where values end in a JSON text, without parsing them. */

/** Returns the end of the value that starts at `start`; -1 when the text ends inside it. */
export function skipValue(text: string, start: number): number {
  const first = text.charAt(start);
  if (first !== '{' && first !== '[') return skipScalar(text, start);
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const mark = text.charAt(at);
    if (mark === '"') {
      at = skipString(text, at);
      if (at < 0) return -1;
      continue;
    }
    at += 1;
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

const scalar = /-?\d[\d.eE+-]*|true|false|null/y;

/** Returns the end of the string, number or word that starts at `start`; -1 when none does. */
export function skipScalar(text: string, start: number): number {
  if (text.charAt(start) === '"') return skipString(text, start);
  scalar.lastIndex = start;
  return scalar.test(text) ? scalar.lastIndex : -1;
}

/** Returns the end of the string whose quote is at `start`; -1 when it is never closed. */
export function skipString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charAt(end - 1 - escapes) === '\\') escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
  return -1;
}

/** Returns the position of the first character at or after `start` that is no white space. */
export function skipSpace(text: string, start: number): number {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
