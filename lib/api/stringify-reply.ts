import { JsonText } from '../asl/json/json-text.ts';

/**
 * Returns the JSON text of a value in which some documents are {@link JsonText}s: each of these is
 * in it letter for letter.
 */
export function stringifyReply(value: unknown): string {
  const texts: string[] = [];
  // Unguessable, so that no text of a user can be taken for a mark.
  const mark = `${crypto.randomUUID()}:`;
  const marked = JSON.stringify(value, function (this: object, key, member: unknown) {
    const given: unknown = Object.getOwnPropertyDescriptor(this, key)?.value;
    if (!(given instanceof JsonText)) return member;
    texts.push(given.text);
    return `${mark}${texts.length - 1}`;
  });
  if (texts.length === 0) return marked;
  const [first = '', ...others] = marked.split(`"${mark}`);
  const parts = others.map((part) => {
    const end = part.indexOf('"');
    return (texts[Number(part.slice(0, end))] ?? '') + part.slice(end + 1);
  });
  return first + parts.join('');
}
