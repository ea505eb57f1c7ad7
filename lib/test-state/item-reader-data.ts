/** Parses the data that a test gives in place of what a Map's `ItemReader` would read. */
import type { ItemReader } from '../asl/definition.ts';
import type { Json } from '../asl/json/json.ts';
import { valueAt } from '../asl/json/json-pointer.ts';
import { readJsonField } from './documents.ts';
import { refuseTest } from './refusal.ts';

const field = 'stateConfiguration.mapItemReaderData';

/** Parses the items in the data, JSON or JSON Lines. Throws INVALID_ARGUMENT without items. */
export function readItems({ ReaderConfig = {} }: ItemReader, data: string): readonly Json[] {
  const { InputType = 'JSON', ItemsPointer = '' } = ReaderConfig;
  if (InputType === 'CSV') {
    const message = `${field} of InputType CSV is not supported here`;
    return refuseTest(
      'ValidationException',
      message,
      'set InputType to JSON and pass the rows as objects',
    );
  }
  if (InputType === 'JSONL') {
    return data
      .split('\n')
      .flatMap((line) => (line.trim() === '' ? [] : [readJsonField(field, line)]));
  }
  const items = valueAt(readJsonField(field, data), ItemsPointer);
  if (Array.isArray(items)) return items;
  const message = `${field} must have an array of items.`;
  return refuseTest('ValidationException', message, `found no array at '${ItemsPointer}'`);
}
