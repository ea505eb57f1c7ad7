/**
 * Finds the commands that have no answer yet, to send them again after a crash: the same names, the
 * same parameters. What was submitted is not sent again: its answer comes from outside.
 */
import type { CommandEffect } from './effect.ts';
import type { ExecutionIdentity } from './execution-identity.ts';
import type { Machine } from './machine.ts';
import { childFrame } from './run-branch.ts';
import {
  type Branch,
  childrenOf,
  commandOf,
  type Done,
  hasCommand,
  isDone,
  type Snapshot,
} from './snapshot.ts';
import { resumeMap } from './states/map.ts';
import { repeatTask } from './states/task.ts';
import { Turn } from './turn.ts';
import { type Frame, Visit } from './visit.ts';

/** The effects of every command that is to be sent again; empty unless RUNNING. */
export function openCommands(
  machine: Machine,
  identity: ExecutionIdentity,
  snapshot: Snapshot,
): CommandEffect[] {
  if (snapshot.status !== 'RUNNING' || snapshot.root === null) return [];
  // no number is drawn: parameters that chance went into are kept in the snapshot
  const turn = new Turn(machine, identity, snapshot, { at: 0, seed: [0, 0, 0, 0] });
  const found: CommandEffect[] = [];
  collect(turn, { graph: machine.graph, host: null, index: 0 }, snapshot.root, found);
  return found;
}

/** Whether an answer to `command` would still mean something to the execution. */
export function isCommandOpen({ status, root }: Snapshot, command: string): boolean {
  return status === 'RUNNING' && root !== null && hasOpen(root, command);
}

function hasOpen(branch: Branch | Done, command: string): boolean {
  if (isDone(branch) || branch.failure !== undefined) return false;
  if (hasCommand(branch)) return commandOf(branch) === command;
  return childrenOf(branch)?.some((child) => hasOpen(child, command)) ?? false;
}

function collect(turn: Turn, frame: Frame, branch: Branch | Done, found: CommandEffect[]): void {
  if (isDone(branch)) return;
  const visit = new Visit(turn, frame, branch);
  const { node } = visit;
  if (branch.doing.kind === 'task' && node.type === 'Task') {
    if (branch.doing.submitted === true) return;
    found.push(repeatTask(visit, node, branch.doing));
    return;
  }
  if (branch.doing.kind === 'mapRun') {
    const { run } = branch.doing;
    if (run !== undefined) found.push({ type: 'mapRun', command: commandOf(branch), run });
    return;
  }
  if (node.type === 'Map' && branch.doing.kind === 'map') resumeMap(visit, node, branch.doing);
  childrenOf(branch)?.forEach((child, index) => {
    if (!isDone(child)) collect(turn, childFrame(visit, index), child, found);
  });
}
