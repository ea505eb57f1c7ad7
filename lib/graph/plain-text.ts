/** Makes names and conditions safe to print: what would not be seen is written as an escape. */

/**
 * Control characters, which could change a terminal, bidirectional controls, which could make one
 * name look like another, other characters without a width, and lone surrogates.
 */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

/** Returns a text with `\u202e` and the like in place of characters that are not seen. */
export function plainText(text: string): string {
  return text.replaceAll(hidden, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Returns a text of at most `length` characters. */
export function shortText(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
