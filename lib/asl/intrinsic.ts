import type { Evaluation } from './evaluation.ts';
import type { Json } from './json.ts';
export interface Intrinsic {
  readonly text: string;
  evaluate(evaluation: Evaluation): Json;
}
export function compileIntrinsic(_text: string): Intrinsic {
  throw new Error('to come');
}
