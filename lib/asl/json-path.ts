import type { Evaluation } from './evaluation.ts';
import type { Json } from './json.ts';
export interface JsonPath {
  readonly text: string;
  readonly definite: boolean;
  select(evaluation: Evaluation): Json | undefined;
}
export function compilePath(_text: string): JsonPath {
  throw new Error('to come');
}
