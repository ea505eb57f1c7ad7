/**
 * What a store can hold, decided in one place so that every driver answers alike: UTF-8 text
 * without U+0000. Documents (JSON texts) keep every letter; plain text loses only what no database
 * could keep.
 */

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const loneSurrogates = /\p{Surrogate}/gu;

/**
 * Whether `id` can be an execution's id: a UUID in lower case. A store knows no execution by any
 * other.
 */
export function isUuid(id: string): boolean {
  return uuidPattern.test(id);
}

/** Plain text (a name, an error, a cause) with U+0000 and lone surrogates replaced by U+FFFD. */
export function storableText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}

/**
 * A JSON text as it can be stored: itself, letter for letter. Only a raw lone surrogate, which
 * UTF-8 cannot carry, becomes its `\uXXXX` escape: the same JSON value. (Raw U+0000 cannot stand in
 * a JSON text.)
 */
export function storableDocument(json: string): string {
  if (json.isWellFormed()) return json;
  return json.replace(loneSurrogates, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

/** Those of `ids` that can be an execution's, each once, in the order in which rows are locked. */
export function distinctUuids(ids: readonly string[]): string[] {
  return [...new Set(ids)].filter(isUuid).sort();
}
