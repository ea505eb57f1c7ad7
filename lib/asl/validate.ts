import type { Diagnostic } from './diagnostic.ts';
import type { Json } from './json.ts';
export function validate(_document: Json): Diagnostic[] {
  throw new Error('to come');
}
