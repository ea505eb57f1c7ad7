/**
 * Parallel: runs its branches concurrently. Its result is the list of their outputs, in order. A
 * failed branch fails the state.
 */
import type { ParallelState, StateGraph } from '../../asl/definition.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { recordAborted } from '../abort.ts';
import type { QueryLanguage } from '../language/query-language.ts';
import type { Graph, ParallelNode } from '../node.ts';
import { compileRecovery } from '../recovery.ts';
import { type Branch, type Done, summarizeChildren } from '../snapshot.ts';
import { finished, type Step } from '../step.ts';
import { newBranch, type Visit } from '../visit.ts';
import { requireJoinable } from './join-limit.ts';

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
    flow: language.compileFlow(state),
    recovery: compileRecovery(state, language),
    branches: state.Branches.map(compileGraph),
  };
}

/** Branches keep their input, which is never computed again. */
const ignoreVolatile = (): void => {};

/** Starts every branch with the effective input. */
export function runParallel(visit: Visit, node: ParallelNode): Step {
  const { flow } = node;
  const input = flow.parameters(visit, flow.effectiveInput(visit), ignoreVolatile);
  visit.record('ParallelStateStarted');
  const { lastId, transition } = visit;
  return {
    kind: 'forked',
    children: node.branches.map((graph) => newBranch(graph, input, lastId, transition.at)),
  };
}

/** Returns the next step of the Parallel: blocked on branches, failed, or finished. */
export function joinParallel(
  visit: Visit,
  node: ParallelNode,
  children: readonly (Branch | Done)[],
): Step {
  const { failed, outputs, lastId, outputChars } = summarizeChildren(children);
  if (failed !== undefined) return failParallel(visit, node, children, failed);
  requireJoinable(visit, outputChars);
  if (outputs.length < children.length || visit.transition.isFull) {
    return { kind: 'blocked', doing: { kind: 'parallel', branches: children } };
  }
  visit.transition.budget.renew();
  visit.transition.budget.refer(children.length);
  visit.lastId = Math.max(visit.lastId, lastId);
  visit.transition.record('ParallelStateSucceeded', visit.lastId);
  return finished(node.flow.applyResult(visit, outputs), node.next);
}

function failParallel(
  visit: Visit,
  node: ParallelNode,
  children: readonly (Branch | Done)[],
  failed: Branch,
): Step {
  visit.lastId = failed.lastId;
  // States.Runtime ends the whole execution, and only that end is recorded.
  if (failed.failure?.error !== ErrorName.runtime) {
    node.branches.forEach((graph, index) => {
      const child = children[index];
      if (child !== undefined) recordAborted(visit.transition, graph, child, failed.lastId);
    });
  }
  return { kind: 'failed', ...failed.failure };
}
