import type { Evaluation } from './evaluation.ts';
import type { Json } from './json.ts';
export interface Template {
  evaluate(evaluation: Evaluation): Json;
}
export function compileTemplate(_template: Json): Template {
  throw new Error('to come');
}
