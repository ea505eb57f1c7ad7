import type { Json } from './json.ts';
export interface ReferencePath {
  readonly text: string;
  write(document: Json, value: Json): Json;
}
export function compileReferencePath(_text: string): ReferencePath {
  throw new Error('to come');
}
