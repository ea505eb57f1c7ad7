/** Quotes a text, such as a path with blanks, so that a shell reads it as one word. */
export function shellWord(text: string): string {
  return /^[\w./@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
