import type { Evaluation } from './evaluation.ts';
import type { Json } from './json.ts';
export interface Expression {
  readonly text: string;
  evaluate(evaluation: Evaluation): Json;
}
export function compileExpression(_text: string): Expression {
  throw new Error('to come');
}
