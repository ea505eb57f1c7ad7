/** Remembers what was compiled from which text, for a bounded number of texts. */

/**
 * How many texts one cache remembers; the oldest goes first (ours: a large definition has
 * hundreds).
 */
const cachedTextsMax = 2_000;

/** `compile`, asked once for each text that is in use; a text that it refuses is refused again. */
export function cached<Compiled>(
  compile: (text: string) => Compiled,
  entriesMax: number = cachedTextsMax,
): (text: string) => Compiled {
  const entries = new Map<string, Compiled>();
  return (text) => {
    const known = entries.get(text);
    if (known !== undefined) return known;
    const compiled = compile(text);
    if (entries.size >= entriesMax) {
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    }
    entries.set(text, compiled);
    return compiled;
  };
}
