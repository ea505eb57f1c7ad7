/** Fail: always fails, and nothing in the same graph can catch the failure. */
import type { FailState } from '../../asl/definition.ts';
import { type QueryLanguage, read } from '../language/query-language.ts';
import type { FailNode } from '../node.ts';
import { type Step, toFailureDetails } from '../step.ts';
import type { Visit } from '../visit.ts';

/** Compiles a Fail state. */
export function compileFail(name: string, state: FailState, language: QueryLanguage): FailNode {
  const { Error: error, ErrorPath, Cause, CausePath } = state;
  return {
    type: 'Fail',
    name,
    flow: language.compileFlow({ Type: state.Type }),
    error: language.compileText({ name: 'Error', value: error, path: ErrorPath }),
    cause: language.compileText({ name: 'Cause', value: Cause, path: CausePath }),
  };
}

/** Runs a Fail state: the failure has only the fields that the definition has. */
export function runFail(visit: Visit, node: FailNode): Step {
  const effective = node.flow.effectiveInput(visit);
  const error = read(node.error, visit, effective);
  const cause = read(node.cause, visit, effective);
  return { kind: 'failed', ...toFailureDetails(error, cause) };
}
