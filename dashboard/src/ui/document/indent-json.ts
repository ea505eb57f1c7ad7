/** Indents a JSON text without parsing it: every letter of its tokens stays as it is. Pure. */

/**
 * Returns the text with line feeds and spaces between its tokens. The beginning of a document is
 * indented, too; what is not JSON comes out as its words.
 */
export function indentJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  let isOpened = false;
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    const isClose = character === '}' || character === ']';
    if (isClose) depth = Math.max(0, depth - 1);
    // An empty object or array stays on its line.
    if (isOpened !== isClose) parts.push(lineAt(depth));
    const end = tokenEnd(text, at);
    parts.push(text.slice(at, end));
    isOpened = character === '{' || character === '[';
    if (isOpened) depth += 1;
    else if (character === ',') parts.push(lineAt(depth));
    else if (character === ':') parts.push(' ');
    at = end;
  }
  return parts.join('');
}

/** Whether a text looks like a JSON object or array. */
export function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/** Returns the end of the token that begins at `at`. A loop, because texts are long. */
function tokenEnd(text: string, at: number): number {
  if (text[at] === '"') return stringEnd(text, at);
  if ('{}[],:'.includes(text.charAt(at))) return at + 1;
  let end = at + 1;
  while (end < text.length && !'{}[],:" \t\r\n'.includes(text.charAt(end))) end += 1;
  return end;
}

function stringEnd(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end];
    if (character === '"') return end + 1;
    if (character === '\\') end += 1;
  }
  return text.length;
}

function lineAt(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, 40))}`;
}
