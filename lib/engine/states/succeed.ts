/** Succeed: ends its graph, and outputs its input shaped by its data flow fields. */
import type { SucceedState } from '../../asl/definition.ts';
import type { QueryLanguage } from '../language/query-language.ts';
import type { SucceedNode } from '../node.ts';
import { finished, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** Compiles a Succeed state. */
export function compileSucceed(
  name: string,
  state: SucceedState,
  language: QueryLanguage,
): SucceedNode {
  return { type: 'Succeed', name, flow: language.compileFlow(state) };
}

/** Runs a Succeed state, which never blocks. */
export function runSucceed(visit: Visit, { flow }: SucceedNode): Step {
  return finished(flow.passThrough(visit, flow.effectiveInput(visit)), null);
}
