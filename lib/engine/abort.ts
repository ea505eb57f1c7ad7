/**
 * Stops what is still running after a failure or an end: cancels the commands, and records the
 * states inside a failed Parallel or Map that did not finish.
 */
import type { Graph } from './node.ts';
import {
  type Branch,
  commandName,
  type Done,
  hasCommand,
  isDone,
  listChildren,
} from './snapshot.ts';
import type { TransitionContext } from './transition-context.ts';
import { findState } from './visit.ts';

/** Cancels every open command of `branch`; the branch itself is kept for a redrive. */
export function cancelCommands(transition: TransitionContext, branch: Branch | Done): void {
  if (isDone(branch) || branch.failure !== undefined) return;
  if (hasCommand(branch)) transition.cancel(commandName(branch));
  for (const child of listChildren(branch) ?? []) cancelCommands(transition, child);
}

/** Records each state of `branch` that did not finish, outermost first. */
export function recordAborted(
  transition: TransitionContext,
  graph: Graph,
  branch: Branch | Done,
  previousEventId: number,
): void {
  if (isDone(branch) || branch.enteredId === 0) return;
  const node = findState(graph, branch.state);
  switch (node.type) {
    case 'Task':
    case 'Wait':
      transition.record(`${node.type}StateAborted`, previousEventId);
      break;
    case 'DistributedMap':
      transition.record('MapStateAborted', previousEventId);
      if (branch.doing.kind === 'mapRun') transition.record('MapRunAborted', previousEventId);
      break;
    case 'Parallel':
      transition.record('ParallelStateAborted', previousEventId);
      if (branch.failure !== undefined) break;
      node.branches.forEach((inner, index) => {
        const child = listChildren(branch)?.[index];
        if (child !== undefined) recordAborted(transition, inner, child, previousEventId);
      });
      break;
    case 'Map':
      transition.record('MapStateAborted', previousEventId);
      if (branch.failure !== undefined) break;
      listChildren(branch)?.forEach((child, index) => {
        if (isDone(child)) return;
        transition.record('MapIterationAborted', previousEventId, {
          mapIterationAbortedEventDetails: { name: node.name, index },
        });
        recordAborted(transition, node.processor, child, previousEventId);
      });
      break;
    default: // The other states finish as soon as they are entered.
  }
}
