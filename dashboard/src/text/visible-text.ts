/** Makes texts of users safe to look at: what would hide or mislead is written out. Pure. */

/** A part of a text: shown as it is, or as an escape in place of a character that hides. */
export interface TextPart {
  readonly text: string;
  readonly isEscape: boolean;
}

/**
 * Control characters (except tab and line feed), bidirectional controls and other characters
 * without a shape, line separators, and lone surrogates.
 */
const hidden = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Splits a text into what can be shown and what is written as `\u202e`. */
export function visibleParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let reached = 0;
  for (const { 0: found, index } of text.matchAll(hidden)) {
    if (index > reached) parts.push({ text: text.slice(reached, index), isEscape: false });
    parts.push({ text: escapeOf(found), isEscape: true });
    reached = index + found.length;
  }
  if (reached < text.length) parts.push({ text: text.slice(reached), isEscape: false });
  return parts;
}

/** Returns a text with escapes in it, for places that hold no elements, such as a title. */
export function visibleText(text: string): string {
  return text.replaceAll(hidden, escapeOf);
}

/** Writes a character as JSON does: one escape for each of its UTF-16 units. */
function escapeOf(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
