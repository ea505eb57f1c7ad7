import type { CommandEffect } from './effect.ts';
import type { ExecutionIdentity } from './execution-identity.ts';
import type { Machine } from './machine.ts';
import { childFrame } from './run-branch.ts';
import {
  type Branch,
  commandName,
  type Done,
  hasCommand,
  isDone,
  listChildren,
  type Snapshot,
} from './snapshot.ts';
import { resumeMap } from './states/map.ts';
import { resendTask } from './states/task.ts';
import { TransitionContext } from './transition-context.ts';
import { type Frame, Visit } from './visit.ts';

/**
 * Returns the commands to send again after a crash, with the same names and parameters: those of a
 * RUNNING execution that have no answer. Commands that were submitted are not sent again, because
 * their answers come from outside.
 */
export function findOpenCommands(
  machine: Machine,
  identity: ExecutionIdentity,
  snapshot: Snapshot,
): CommandEffect[] {
  if (snapshot.status !== 'RUNNING' || snapshot.root === null) return [];
  // The seed is never used: parameters that depend on random numbers are kept in the snapshot.
  const transition = new TransitionContext(machine, identity, snapshot, {
    at: 0,
    seed: [0, 0, 0, 0],
  });
  const found: CommandEffect[] = [];
  collect(transition, { graph: machine.graph, host: null, index: 0 }, snapshot.root, found);
  return found;
}

/** Whether the execution still waits for an answer to `command`. */
export function isCommandOpen({ status, root }: Snapshot, command: string): boolean {
  return status === 'RUNNING' && root !== null && hasOpen(root, command);
}

function hasOpen(branch: Branch | Done, command: string): boolean {
  if (isDone(branch) || branch.failure !== undefined) return false;
  if (hasCommand(branch)) return commandName(branch) === command;
  return listChildren(branch)?.some((child) => hasOpen(child, command)) ?? false;
}

function collect(
  transition: TransitionContext,
  frame: Frame,
  branch: Branch | Done,
  found: CommandEffect[],
): void {
  if (isDone(branch)) return;
  const visit = new Visit(transition, frame, branch);
  const { node } = visit;
  if (branch.doing.kind === 'task' && node.type === 'Task') {
    if (branch.doing.submitted === true) return;
    found.push(resendTask(visit, node, branch.doing));
    return;
  }
  if (branch.doing.kind === 'mapRun') {
    const { run, mapRun, isRedrive } = branch.doing;
    const command = commandName(branch);
    if (run !== undefined) found.push({ type: 'mapRun', command, run });
    if (isRedrive === true && mapRun !== undefined) {
      const { mapRunArn } = mapRun;
      found.push({ type: 'mapRunRedrive', command, mapRunArn, stateName: branch.state });
    }
    return;
  }
  if (node.type === 'Map' && branch.doing.kind === 'map') resumeMap(visit, node, branch.doing);
  listChildren(branch)?.forEach((child, index) => {
    if (!isDone(child)) collect(transition, childFrame(visit, index), child, found);
  });
}
