/** Fail: ends its graph badly. It always fails, and nothing in the same graph can catch it. */
import type { FailState } from '../../asl/definition.ts';
import {
  type DataFlow,
  type QueryLanguage,
  type Reader,
  read,
} from '../language/query-language.ts';
import { failureOf, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Fail state. */
export interface FailNode {
  readonly type: 'Fail';
  readonly name: string;
  readonly flow: DataFlow;
  readonly error: Text;
  readonly cause: Text;
}

/** A text as it stands, or what an expression makes of the input. */
type Text = Reader<string> | string | undefined;

/** Compiles a Fail state. */
export function compileFail(name: string, state: FailState, language: QueryLanguage): FailNode {
  const { Error: error, ErrorPath, Cause, CausePath } = state;
  return {
    type: 'Fail',
    name,
    flow: language.flow({ Type: state.Type }),
    error: language.text({ name: 'Error', value: error, path: ErrorPath }),
    cause: language.text({ name: 'Cause', value: Cause, path: CausePath }),
  };
}

/** Runs it: its failure carries only the fields that the definition gives. */
export function runFail(visit: Visit, node: FailNode): Step {
  const effective = node.flow.effective(visit);
  const error = read(node.error, visit, effective);
  const cause = read(node.cause, visit, effective);
  return { kind: 'failed', ...failureOf(error, cause) };
}
