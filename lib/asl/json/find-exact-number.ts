/** Finds a number that a double does not hold, for code that cannot take one. */
import { isExactNumber } from './exact-number.ts';
import type { Json } from './json.ts';
import { holdsExactNumbers } from './parse-json.ts';

/** Maximum length of a number in a message, in characters. */
const shownMax = 40;

/** Returns the text and the place of the first exact number of a document, or null. */
export function findExactNumber(
  value: Json,
): { readonly text: string; readonly path: string } | null {
  if (!holdsExactNumbers(value)) return null;
  const open: [Json, string][] = [[value, '$']];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [item, path] = next;
    if (isExactNumber(item)) return { text: shorten(String(item)), path };
    if (typeof item !== 'object' || item === null) continue;
    const members = Object.entries<Json>(Object(item));
    open.push(
      ...members
        .map(([key, member]): [Json, string] => [member, path + toStep(key, item)])
        .reverse(),
    );
  }
  return null;
}

function shorten(text: string): string {
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
}

function toStep(key: string, parent: Json): string {
  if (Array.isArray(parent)) return `[${key}]`;
  return /^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
