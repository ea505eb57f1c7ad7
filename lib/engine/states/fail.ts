/** Fail: ends its graph badly. It always fails, and nothing in the same graph can catch it. */
import type { FailState } from '../../asl/definition.ts';
import { compileExpression, type Expression } from '../../asl/expression.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import { failureOf, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Fail state. */
export interface FailNode {
  readonly type: 'Fail';
  readonly name: string;
  readonly error: Text;
  readonly cause: Text;
}

/** A text as it stands, or what an expression makes of the input. */
type Text = string | Expression | undefined;

/** Compiles a Fail state. */
export function compileFail(name: string, state: FailState): FailNode {
  return {
    type: 'Fail',
    name,
    error:
      state.ErrorPath === undefined ? state.Error : compileExpression(state.ErrorPath, 'ErrorPath'),
    cause:
      state.CausePath === undefined ? state.Cause : compileExpression(state.CausePath, 'CausePath'),
  };
}

/** Runs it: its failure carries only the fields that the definition gives. */
export function runFail(visit: Visit, node: FailNode): Step {
  const error = textOf(visit, node.error, 'ErrorPath');
  const cause = textOf(visit, node.cause, 'CausePath');
  return { kind: 'failed', ...failureOf(error, cause) };
}

function textOf(visit: Visit, text: Text, field: string): string | undefined {
  if (text === undefined || typeof text === 'string') return text;
  const value = text.evaluate(visit.evaluation(visit.input));
  if (typeof value === 'string') return value;
  throw new StateError(
    ErrorName.runtime,
    `The ${field} field must refer to a string: ${text.text} is ${JSON.stringify(value)}`,
  );
}
