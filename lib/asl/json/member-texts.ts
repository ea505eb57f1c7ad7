/** Takes an object's members from its text, for what must not be parsed. */
import { skipSpace, skipString, skipValue } from './skip-json.ts';

/**
 * Returns the members of an object by key, each as its part of the text. Of members with the same
 * key the last counts, as in `JSON.parse`.
 * @param text valid JSON; a text that is no object has no members
 */
export function readMemberTexts(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = skipSpace(text, 0);
  if (text.charAt(at) !== '{') return members;
  at = skipSpace(text, at + 1);
  while (text.charAt(at) === '"') {
    const keyEnd = skipString(text, at);
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = skipValue(text, start);
    members.set(JSON.parse(text.slice(at, keyEnd)) as string, text.slice(start, end));
    at = skipSpace(text, skipSpace(text, end) + 1);
  }
  return members;
}
