import type { Evaluation } from './evaluation.ts';
import { compileIntrinsic } from './intrinsics/intrinsic.ts';
import type { Json } from './json/json.ts';
import { toCauseText } from './json/json-depth.ts';
import { compilePath } from './path/json-path.ts';
import type { Leniency } from './path/parse-path.ts';
import { ErrorName, StateError } from './state-error.ts';

/**
 * A compiled path or call of an intrinsic function: the value of a field such as `ErrorPath`,
 * `CausePath` or one whose name ends in `.$`.
 */
export interface Expression {
  readonly text: string;
  /** What its paths use that is not known to work at AWS. */
  readonly leniencies: ReadonlySet<Leniency>;
  /**
   * Returns the value. A path that selects nothing throws `States.Runtime`, except that an index
   * past the end of an array is null. A call fails as described for `Intrinsic`.
   */
  evaluate(evaluation: Evaluation): Json;
}

/**
 * Compiles `text`. Throws `INVALID_DEFINITION` when it is neither a path nor a call of an intrinsic
 * function. `field` is the field's name in the cause of a failure.
 */
export function compileExpression(text: string, field = 'expression'): Expression {
  if (!text.trimStart().startsWith('$')) return compileIntrinsic(text);
  const path = compilePath(text);
  return {
    text,
    leniencies: path.leniencies,
    evaluate: (evaluation) => {
      const value = path.select(evaluation);
      evaluation.budget.refer(1);
      if (value !== undefined) return value;
      // AWS tolerates this one case, and only in expressions.
      if (path.isPastEnd(evaluation)) return null;
      throw new StateError(
        ErrorName.runtime,
        `The JSONPath '${text}' specified for the field '${field}' could not be found in the input ` +
          `'${toCauseText(evaluation.input)}'`,
      );
    },
  };
}
