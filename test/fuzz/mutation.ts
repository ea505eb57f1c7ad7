/** Small changes of a document, as made by users, tools or attackers. */
import { isObject, type Json } from '../../lib/asl/json/json.ts';
import fc from '../support/properties.ts';
import { jsonata, oddJson, oddNames, path } from './arbitrary-expression.ts';

/** One change; `at` selects one of all values in the document. */
export interface Mutation {
  readonly at: number;
  readonly kind: 'replace' | 'drop' | 'rename' | 'add' | 'wrap';
  readonly value: Json;
  readonly name: string;
}

const fieldNames = ['Next', 'End', 'Type', 'Retry', 'Catch', 'Parameters', 'Assign', 'Items'];

/** Any change. */
export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('replace', 'drop', 'rename', 'add', 'wrap'),
  value: fc.oneof(oddJson, path, jsonata),
  name: fc.constantFrom(...oddNames, ...fieldNames),
});

/** Returns `document` with one value changed. */
export function mutate(document: Json, { at, kind, value, name }: Mutation): Json {
  const chosen = at % countValues(document);
  let position = -1;
  const copy = (current: Json): Json | undefined => {
    position += 1;
    if (position !== chosen) return inside(current);
    if (kind === 'drop') return undefined;
    if (kind === 'replace' || typeof current !== 'object' || current === null) return value;
    if (kind === 'wrap') return [current];
    if (Array.isArray(current)) return [...current, value];
    const entries = Object.entries(current);
    if (kind === 'rename') entries[0] = [name, entries[0]?.[1] ?? value];
    else entries.push([name, value]);
    return Object.fromEntries(entries);
  };
  const inside = (current: Json): Json => {
    if (Array.isArray(current)) return current.flatMap((item) => present(copy(item)));
    if (!isObject(current)) return current;
    return Object.fromEntries(
      Object.entries(current).flatMap(([key, item]) =>
        present(copy(item)).map((kept): [string, Json] => [key, kept]),
      ),
    );
  };
  return copy(document) ?? null;
}

function present(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value];
}

function countValues(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + countValues(item), 1);
}
