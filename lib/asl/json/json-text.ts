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
export function toDocumentText(document: Json | JsonText): string | undefined {
  return document instanceof JsonText ? document.text : JSON.stringify(document);
}
