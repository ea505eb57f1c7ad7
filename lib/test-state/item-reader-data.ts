/** Reads what a Map's `ItemReader` is said to have read, as far as it is JSON. */
import type { ItemReader } from '../asl/definition.ts';
import { getOwn, isObject, type Json } from '../asl/json.ts';
import { readText } from './documents.ts';
import { refuse } from './refusal.ts';

const field = 'stateConfiguration.mapItemReaderData';

/** The items of the data. Throws INVALID_ARGUMENT when it has none. */
export function readItems({ ReaderConfig = {} }: ItemReader, data: string): readonly Json[] {
  const { InputType = 'JSON', ItemsPointer = '' } = ReaderConfig;
  if (InputType === 'CSV') {
    const message = `${field} of InputType CSV is not supported here`;
    return refuse(
      'ValidationException',
      message,
      'set InputType JSON, and give the rows as objects',
    );
  }
  if (InputType === 'JSONL') {
    return data.split('\n').flatMap((line) => (line.trim() === '' ? [] : [readText(field, line)]));
  }
  const items = follow(readText(field, data), ItemsPointer);
  if (Array.isArray(items)) return items;
  const message = `${field} must have an array of items.`;
  return refuse('ValidationException', message, `none is at '${ItemsPointer}'`);
}

/** Follows a JSON pointer (RFC 6901). */
function follow(document: Json, pointer: string): Json | undefined {
  let found: Json | undefined = document;
  for (const escaped of pointer.split('/').slice(1)) {
    const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(found)) found = found[Number(key)];
    else found = isObject(found) ? getOwn(found, key) : undefined;
  }
  return found;
}
