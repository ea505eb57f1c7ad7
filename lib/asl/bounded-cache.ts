/** Caches compiled expressions by their text, up to a maximum number of texts. */

/**
 * Maximum number of texts in one cache; those that were not used lately are evicted first. The
 * limit is Millrace's own: a large definition has hundreds of expressions.
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
  // Two generations: a full one becomes the older one, whose texts are dropped unless they are used
  // again. To delete texts one by one would take longer than to compile them.
  let newer = new Map<string, Compiled>();
  let older = newer;
  let chars = 0;
  return (text) => {
    const known = newer.get(text);
    if (known !== undefined) return known;
    const compiled = older.get(text) ?? compile(text);
    if (newer.size >= entriesMax / 2 || chars + text.length > charsMax / 2) {
      older = newer;
      newer = new Map();
      chars = 0;
    }
    newer.set(text, compiled);
    chars += text.length;
    return compiled;
  };
}
