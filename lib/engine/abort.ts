/**
 * Stops what a failure or an end leaves running: its commands are cancelled, and the history names
 * the states inside a failed Parallel or Map that did not come to their end.
 */
import type { Graph } from './machine.ts';
import { type Branch, childrenOf, commandOf, type Done, hasCommand, isDone } from './snapshot.ts';
import type { Turn } from './turn.ts';
import { stateOf } from './visit.ts';

/** Cancels every command that is out in `branch`; the branch is left as it is, for a redrive. */
export function cancelCommands(turn: Turn, branch: Branch | Done): void {
  if (isDone(branch) || branch.failure !== undefined) return;
  if (hasCommand(branch)) turn.cancel(commandOf(branch));
  for (const child of childrenOf(branch) ?? []) cancelCommands(turn, child);
}

/** Records each state of `branch` that was left before its end, outermost first. */
export function recordAborted(
  turn: Turn,
  graph: Graph,
  branch: Branch | Done,
  previousEventId: number,
): void {
  if (isDone(branch) || branch.enteredId === 0) return;
  const node = stateOf(graph, branch.state);
  switch (node.type) {
    case 'Task':
    case 'Wait':
      turn.record(`${node.type}StateAborted`, previousEventId);
      break;
    case 'DistributedMap':
      turn.record('MapStateAborted', previousEventId);
      if (branch.doing.kind === 'mapRun') turn.record('MapRunAborted', previousEventId);
      break;
    case 'Parallel':
      turn.record('ParallelStateAborted', previousEventId);
      if (branch.failure !== undefined) break;
      node.branches.forEach((inner, index) => {
        const child = childrenOf(branch)?.[index];
        if (child !== undefined) recordAborted(turn, inner, child, previousEventId);
      });
      break;
    case 'Map':
      turn.record('MapStateAborted', previousEventId);
      if (branch.failure !== undefined) break;
      childrenOf(branch)?.forEach((child, index) => {
        if (isDone(child)) return;
        turn.record('MapIterationAborted', previousEventId, {
          mapIterationAbortedEventDetails: { name: node.name, index },
        });
        recordAborted(turn, node.processor, child, previousEventId);
      });
      break;
    default: // the other states are over as soon as they are entered
  }
}
