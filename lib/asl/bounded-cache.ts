/** Caches compiled expressions by their text, up to a maximum number of texts. */

/**
 * Maximum number of texts in one cache; the oldest is evicted first. The limit is Millrace's own: a
 * large definition has hundreds of expressions.
 */
const cachedTextsMax = 2_000;

/** Maximum length of the texts in one cache together, in characters, whatever their number. */
const cachedCharsMax = 1_000_000;

/**
 * Wraps `compile` so that it runs once for each cached text. Errors are not cached: a text that
 * `compile` rejects is compiled, and rejected, again.
 */
export function cached<Compiled>(
  compile: (text: string) => Compiled,
  entriesMax: number = cachedTextsMax,
  charsMax: number = cachedCharsMax,
): (text: string) => Compiled {
  const entries = new Map<string, Compiled>();
  let chars = 0;
  return (text) => {
    const known = entries.get(text);
    if (known !== undefined) return known;
    const compiled = compile(text);
    chars += text.length;
    for (const oldest of entries.keys()) {
      if (entries.size < entriesMax && chars <= charsMax) break;
      entries.delete(oldest);
      chars -= oldest.length;
    }
    entries.set(text, compiled);
    return compiled;
  };
}
