import type { Json } from './json.ts';

/**
 * A JSON document as its text. Where a document is only passed on, its text keeps what a parsed
 * value loses: integers beyond 2^53, the spelling of numbers, the order of keys, white space.
 */
export class JsonText {
  /** Valid JSON. */
  readonly text: string;

  /** @param text must be valid JSON */
  constructor(text: string) {
    this.text = text;
  }

  /** Returns the document as a value: its numbers become doubles. */
  toJSON(): Json {
    return JSON.parse(this.text) as Json;
  }
}

/** Returns a document as a value. */
export function toJsonValue(document: Json | JsonText): Json {
  return document instanceof JsonText ? document.toJSON() : document;
}

/** Returns the text of a document; undefined for a value that is not JSON. */
export function toJsonText(document: Json | JsonText): string | undefined {
  return document instanceof JsonText ? document.text : JSON.stringify(document);
}

/**
 * Returns the JSON text of a value in which some documents are {@link JsonText}s: each of these is
 * in it letter for letter.
 */
export function stringifyWithTexts(value: unknown): string {
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
