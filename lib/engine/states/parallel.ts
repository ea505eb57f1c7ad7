/**
 * Parallel: runs its branches side by side; their outputs, in order, are its result. One that fails
 * fails it.
 */
import type { ParallelState, StateGraph } from '../../asl/definition.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { recordAborted } from '../abort.ts';
import type { DataFlow, QueryLanguage } from '../language/query-language.ts';
import type { Graph } from '../machine.ts';
import { compileRecovery, type Recovery } from '../recovery.ts';
import { type Branch, type Done, gather } from '../snapshot.ts';
import { finished, type Step } from '../step.ts';
import { beginning, type Visit } from '../visit.ts';

/** A compiled Parallel state. */
export interface ParallelNode {
  readonly type: 'Parallel';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  readonly recovery: Recovery;
  readonly branches: readonly Graph[];
}

/** Compiles a Parallel state; `compileGraph` compiles its branches. */
export function compileParallel(
  name: string,
  state: ParallelState,
  language: QueryLanguage,
  compileGraph: (graph: StateGraph) => Graph,
): ParallelNode {
  return {
    type: 'Parallel',
    name,
    next: state.Next ?? null,
    flow: language.flow(state),
    recovery: compileRecovery(state, language),
    branches: state.Branches.map(compileGraph),
  };
}

/** What the branches are given is in them from their beginning, and never computed again. */
const ignore = (): void => {};

/** Begins every branch with the effective input. */
export function runParallel(visit: Visit, node: ParallelNode): Step {
  const { flow } = node;
  const input = flow.given(visit, flow.effective(visit), ignore);
  visit.record('ParallelStateStarted');
  const { lastId, turn } = visit;
  return {
    kind: 'forked',
    children: node.branches.map((graph) => beginning(graph, input, lastId, turn.at)),
  };
}

/** What the branches have come to: still running, failed, or all done. */
export function settleParallel(
  visit: Visit,
  node: ParallelNode,
  children: readonly (Branch | Done)[],
): Step {
  const { failed, outputs, lastId } = gather(children);
  if (failed !== undefined) return failParallel(visit, node, children, failed);
  if (outputs.length < children.length) {
    return { kind: 'blocked', doing: { kind: 'parallel', branches: children } };
  }
  visit.lastId = Math.max(visit.lastId, lastId);
  visit.turn.record('ParallelStateSucceeded', visit.lastId);
  return finished(node.flow.settle(visit, outputs), node.next);
}

function failParallel(
  visit: Visit,
  node: ParallelNode,
  children: readonly (Branch | Done)[],
  failed: Branch,
): Step {
  visit.lastId = failed.lastId;
  // what ends the whole execution is told by its end alone
  if (failed.failure?.error !== ErrorName.runtime) {
    node.branches.forEach((graph, index) => {
      const child = children[index];
      if (child !== undefined) recordAborted(visit.turn, graph, child, failed.lastId);
    });
  }
  return { kind: 'failed', ...failed.failure };
}
