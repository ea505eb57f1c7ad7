/** Caches compiled expressions by their text, up to a maximum number of texts. */

/**
 * Maximum number of texts in one cache; the oldest is evicted first. The limit is Millrace's own: a
 * large definition has hundreds of expressions.
 */
const cachedTextsMax = 2_000;

/**
 * Wraps `compile` so that it runs once for each cached text. Errors are not cached: a text that
 * `compile` rejects is compiled, and rejected, again.
 */
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
