/** Reads what a Map's `ItemReader` is said to have read, as far as it is JSON. */
import type { ItemReader } from '../asl/definition.ts';
import type { Json } from '../asl/json/json.ts';
import { valueAt } from '../asl/json/json-pointer.ts';
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
  const items = valueAt(readText(field, data), ItemsPointer);
  if (Array.isArray(items)) return items;
  const message = `${field} must have an array of items.`;
  return refuse('ValidationException', message, `none is at '${ItemsPointer}'`);
}
