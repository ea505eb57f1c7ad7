/** Wait: blocks until a time. A time in the past, or a wait of 0 seconds, does not block. */
import type { WaitState } from '../../asl/definition.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import type { QueryLanguage } from '../language/query-language.ts';
import type { WaitNode } from '../node.ts';
import { finished, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/**
 * Maximum time until a timestamp that a Wait waits for, in milliseconds, as at AWS: 2,147,483,647
 * seconds, 68 years.
 */
const waitMsMax = 2_147_483_647_000;

/** Compiles a Wait state. */
export function compileWait(name: string, state: WaitState, language: QueryLanguage): WaitNode {
  return {
    type: 'Wait',
    name,
    next: state.Next ?? null,
    flow: language.compileFlow(state),
    until: language.compileWaitEnd(state),
  };
}

/** Runs a Wait state: blocked, or finished when there is nothing to wait for. */
export function runWait(visit: Visit, node: WaitNode): Step {
  const effective = node.flow.effectiveInput(visit);
  const until = node.until(visit, effective);
  if (until - visit.transition.at > waitMsMax) {
    throw new StateError(ErrorName.runtime, 'Wait state delay is too long.');
  }
  if (until > visit.transition.at) return { kind: 'blocked', doing: { kind: 'wait', until } };
  return finished(node.flow.passThrough(visit, effective), node.next);
}

/** Finishes a Wait state when its time has come. */
export function endWait(visit: Visit, { flow, next }: WaitNode): Step {
  return finished(flow.passThrough(visit, flow.effectiveInput(visit)), next);
}
