/** Pass: hands on its input, a fixed `Result`, or what its fields of data flow make of it. */
import type { PassState } from '../../asl/definition.ts';
import type { Json } from '../../asl/json/json.ts';
import type { DataFlow, QueryLanguage } from '../language/query-language.ts';
import { finished, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Pass state. */
export interface PassNode {
  readonly type: 'Pass';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  /** Undefined without a `Result`. */
  readonly result: Json | undefined;
}

/** Compiles a Pass state. */
export function compilePass(name: string, state: PassState, language: QueryLanguage): PassNode {
  return {
    type: 'Pass',
    name,
    next: state.Next ?? null,
    flow: language.flow(state),
    result: state.Result,
  };
}

/** What it is given is used at once, and never computed again. */
const ignore = (): void => {};

/** Runs it; it never blocks. With a `Result`, what it is given is not looked at, as at AWS. */
export function runPass(visit: Visit, { flow, next, result }: PassNode): Step {
  if (result === undefined) {
    const given = flow.given(visit, flow.effective(visit), ignore);
    return finished(flow.settle(visit, given), next);
  }
  visit.note('result', result);
  return finished(flow.settle(visit, result), next);
}
