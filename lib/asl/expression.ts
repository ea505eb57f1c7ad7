/**
 * What a field takes that may be a path or a call of an intrinsic function: `.$` values,
 * `ErrorPath`, `CausePath`.
 */
import type { Evaluation } from './evaluation.ts';
import { compileIntrinsic } from './intrinsic.ts';
import type { Json } from './json/json.ts';
import { causeTextOf } from './json/json-depth.ts';
import { compilePath } from './json-path.ts';
import { ErrorName, StateError } from './state-error.ts';

/** A compiled path or call. */
export interface Expression {
  readonly text: string;
  /**
   * The value; a path that selects nothing is `States.Runtime`, save that an index past the end of
   * an array gives null; a call fails as `Intrinsic` has it.
   */
  evaluate(evaluation: Evaluation): Json;
}

/**
 * Compiles `text`; what is neither a path nor a call is refused with `INVALID_DEFINITION`. `field`
 * is named in the cause of a failure.
 */
export function compileExpression(text: string, field = 'expression'): Expression {
  if (!text.startsWith('$')) return compileIntrinsic(text);
  const path = compilePath(text);
  return {
    text,
    evaluate: (evaluation) => {
      const value = path.select(evaluation);
      if (value !== undefined) return value;
      // the one miss that AWS forgives, here and nowhere else
      if (path.isPastEnd(evaluation)) return null;
      throw new StateError(
        ErrorName.runtime,
        `The JSONPath '${text}' specified for the field '${field}' could not be found in the input ` +
          `'${causeTextOf(evaluation.input)}'`,
      );
    },
  };
}
