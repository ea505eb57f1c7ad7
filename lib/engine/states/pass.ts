/** Pass: outputs its input, or a fixed `Result`, shaped by its data flow fields. */
import type { PassState } from '../../asl/definition.ts';
import type { QueryLanguage } from '../language/query-language.ts';
import type { PassNode } from '../node.ts';
import { finished, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** Compiles a Pass state. */
export function compilePass(name: string, state: PassState, language: QueryLanguage): PassNode {
  return {
    type: 'Pass',
    name,
    next: state.Next ?? null,
    flow: language.compileFlow(state),
    result: state.Result,
  };
}

/** The parameters are used at once, and never computed again. */
const ignoreVolatile = (): void => {};

/** Runs a Pass state, which never blocks. With a `Result`, its input is not read, as in AWS. */
export function runPass(visit: Visit, { flow, next, result }: PassNode): Step {
  if (result === undefined) {
    const parameters = flow.parameters(visit, flow.effectiveInput(visit), ignoreVolatile);
    return finished(flow.applyResult(visit, parameters), next);
  }
  visit.inspect('result', result);
  return finished(flow.applyResult(visit, result), next);
}
