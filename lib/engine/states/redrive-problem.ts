/** Finds out whether an execution can continue under another version of its machine. Pure. */
import type { Machine } from '../machine.ts';
import type { Graph, StateNode } from '../node.ts';
import { type Branch, type Done, isDone, type Snapshot } from '../snapshot.ts';

/**
 * Returns why a redrive of an execution with this snapshot cannot continue under `machine`; null
 * when it can. Every state in which it stands must exist, and those around them must be of the same
 * kind. What these states do may differ.
 */
export function findRedriveProblem(
  machine: Pick<Machine, 'type' | 'graph'>,
  { root }: Pick<Snapshot, 'root'>,
): string | null {
  if (root === null) return null;
  if (machine.type === 'EXPRESS') {
    return 'its machine is EXPRESS now, and an EXPRESS execution is never continued';
  }
  return findInBranch(machine.graph, root, '');
}

function findInBranch(graph: Graph, branch: Branch | Done, where: string): string | null {
  if (isDone(branch)) return null;
  const node = graph.states.get(branch.state);
  if (node === undefined) {
    return `it is to continue in the state '${branch.state}'${where}, which no longer exists`;
  }
  const inside = ` in '${branch.state}'${where}`;
  switch (branch.doing.kind) {
    case 'parallel': {
      const { branches } = branch.doing;
      if (node.type !== 'Parallel') return wrongKind(node, 'Parallel', where);
      if (node.branches.length !== branches.length) {
        return (
          `the Parallel state '${node.name}'${where} had ${branches.length} branches, ` +
          `and has ${node.branches.length} now`
        );
      }
      return findInEach(branches, (index) => node.branches[index], inside);
    }
    case 'map':
      if (node.type !== 'Map') return wrongKind(node, 'Map', where);
      return findInEach(branch.doing.iterations, () => node.processor, inside);
    case 'mapRun':
      return node.type === 'DistributedMap' ? null : wrongKind(node, 'distributed Map', where);
    default:
      return null;
  }
}

function findInEach(
  branches: readonly (Branch | Done)[],
  graphOf: (index: number) => Graph | undefined,
  inside: string,
): string | null {
  for (const [index, branch] of branches.entries()) {
    const graph = graphOf(index);
    const problem = graph === undefined ? null : findInBranch(graph, branch, inside);
    if (problem !== null) return problem;
  }
  return null;
}

function wrongKind({ name, type }: StateNode, before: string, where: string): string {
  return `the state '${name}'${where} was a ${before} state, and is a ${type} state now`;
}
