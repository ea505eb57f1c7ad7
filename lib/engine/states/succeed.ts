/** Succeed: ends its graph well, with its input as its fields of data flow shape it. */
import type { SucceedState } from '../../asl/definition.ts';
import type { DataFlow, QueryLanguage } from '../language/query-language.ts';
import { finished, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Succeed state. */
export interface SucceedNode {
  readonly type: 'Succeed';
  readonly name: string;
  readonly flow: DataFlow;
}

/** Compiles a Succeed state. */
export function compileSucceed(
  name: string,
  state: SucceedState,
  language: QueryLanguage,
): SucceedNode {
  return { type: 'Succeed', name, flow: language.flow(state) };
}

/** Runs it; it never blocks. */
export function runSucceed(visit: Visit, { flow }: SucceedNode): Step {
  return finished(flow.passOn(visit, flow.effective(visit)), null);
}
