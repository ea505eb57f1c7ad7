import type { ChoiceRule } from './definition.ts';
import type { Evaluation } from './evaluation.ts';
export function compileChoiceRule(_rule: ChoiceRule): (evaluation: Evaluation) => boolean {
  throw new Error('to come');
}
