/**
 * Wait: blocks until a time. A time that has come already, or a wait of no seconds, does not block.
 */
import type { WaitState } from '../../asl/definition.ts';
import type { DataFlow, QueryLanguage, Reader } from '../language/query-language.ts';
import { finished, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Wait state. */
export interface WaitNode {
  readonly type: 'Wait';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  readonly until: Reader<number>;
}

/** Compiles a Wait state. */
export function compileWait(name: string, state: WaitState, language: QueryLanguage): WaitNode {
  return {
    type: 'Wait',
    name,
    next: state.Next ?? null,
    flow: language.flow(state),
    until: language.until(state),
  };
}

/** Runs it: blocked, or finished when there is nothing to wait for. */
export function runWait(visit: Visit, node: WaitNode): Step {
  const effective = node.flow.effective(visit);
  const until = node.until(visit, effective);
  if (until > visit.turn.at) return { kind: 'blocked', doing: { kind: 'wait', until } };
  return finished(node.flow.passOn(visit, effective), node.next);
}

/** What its timer leads to. */
export function endWait(visit: Visit, { flow, next }: WaitNode): Step {
  return finished(flow.passOn(visit, flow.effective(visit)), next);
}
