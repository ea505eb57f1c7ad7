/**
 * Makes texts of others safe to print: what would not be seen, or would change a terminal or the
 * line that it is in, is written as an escape.
 */

/**
 * Control characters, which could change a terminal, bidirectional controls, which could make one
 * name look like another, separators of lines, other characters without a width, and lone
 * surrogates.
 */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

const printableAscii = /^[ -~]*$/;

/** Returns a text with `\u202e` and the like in place of characters that are not seen. */
export function plainText(text: string): string {
  if (printableAscii.test(text)) return text;
  return text.replaceAll(hidden, toEscape);
}

/**
 * Returns a text of several lines as {@link plainText} does, with its line feeds. A JSON document
 * keeps its value, because the escapes are those of JSON.
 */
export function plainLines(text: string): string {
  return text.replaceAll(hidden, (character) =>
    character === '\n' ? character : toEscape(character),
  );
}

/** Returns a text of at most `length` characters. */
export function shortText(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
