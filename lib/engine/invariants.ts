/**
 * The invariants of every execution between two events, for tests and the simulation. Each function
 * returns one sentence for every broken rule.
 */
import { readTimer } from './due-at.ts';
import { type Effect, isCommand } from './effect.ts';
import type { HistoryEvent } from './history-event.ts';
import {
  type Branch,
  commandName,
  type Done,
  hasCommand,
  isDone,
  listChildren,
  type Snapshot,
} from './snapshot.ts';
import { isEnd } from './status.ts';

/** Returns the rules that a snapshot breaks. */
export function checkInvariants(snapshot: Snapshot): string[] {
  const { status, root, deadline, outcome } = snapshot;
  const broken: string[] = [];
  const check = (condition: boolean, rule: string): void => {
    if (!condition) broken.push(rule);
  };
  check(status !== 'PENDING' || root === null, 'a pending execution has not started');
  check(!isEnd(status) || deadline === null, 'an ended execution has no deadline');
  check(
    (status !== 'PENDING' && status !== 'RUNNING' && status !== 'SUCCEEDED') === (outcome !== null),
    'an execution has an outcome exactly when it ended unsuccessfully',
  );
  check(
    (status === 'SUCCEEDED') === (root !== null && isDone(root)),
    'an execution succeeded exactly when its root is done',
  );
  if (status === 'RUNNING') {
    check(root !== null && isBlocked(root), 'a running execution waits for something');
  }
  const commands: string[] = [];
  if (root !== null) checkBranch(snapshot, root, commands, broken);
  check(new Set(commands).size === commands.length, 'no two open commands have the same name');
  return broken;
}

/** Returns the rules that a complete history breaks. */
export function checkHistory(history: readonly HistoryEvent[]): string[] {
  const broken: string[] = [];
  let ended = false;
  let newest = 0;
  for (const [index, event] of history.entries()) {
    const { id, previousEventId, type, timestamp } = event;
    if (id !== index + 1) broken.push(`event ${index + 1} has the id ${id}`);
    if (previousEventId < 0 || previousEventId >= id) {
      broken.push(`event ${id} follows event ${previousEventId}, which is not before it`);
    }
    if (timestamp < newest) broken.push(`event ${id} is older than the one before it`);
    newest = Math.max(newest, timestamp);
    if ((type === 'ExecutionStarted') !== (index === 0)) broken.push(`event ${id} is ${type}`);
    if (ended !== (type === 'ExecutionRedriven')) {
      broken.push(`event ${id}, ${type}, ${ended ? 'comes after an end' : 'comes before any end'}`);
    }
    ended = ends.has(type);
  }
  return broken;
}

/**
 * Returns the rules that all effects of one execution break: names of commands are unique, and only
 * commands that were sent are cancelled.
 */
export function checkEffects(effects: readonly Effect[]): string[] {
  const broken: string[] = [];
  const sent = new Set<string>();
  for (const effect of effects) {
    if (isCommand(effect)) {
      if (sent.has(effect.command)) broken.push(`the command ${effect.command} is sent twice`);
      sent.add(effect.command);
    } else if (effect.type === 'cancel' && !sent.has(effect.command)) {
      broken.push(`the command ${effect.command} is cancelled and was never sent`);
    }
  }
  return broken;
}

const ends: ReadonlySet<string> = new Set([
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'ExecutionAborted',
]);

/** Whether the branch has not ended, so that an answer or a timer will wake it. */
function isBlocked(branch: Branch | Done): boolean {
  if (isDone(branch) || branch.failure !== undefined) return false;
  const children = listChildren(branch);
  return children === undefined || isDue(branch) || children.some(isBlocked);
}

/** Whether a Parallel or Map itself is due. */
function isDue(branch: Branch): boolean {
  return Number.isFinite(readTimer(branch));
}

function checkBranch(
  snapshot: Snapshot,
  branch: Branch | Done,
  commands: string[],
  broken: string[],
): void {
  if (branch.lastId > snapshot.lastEventId)
    broken.push('a branch refers to an event that does not exist');
  if (isDone(branch)) return;
  const { state, enteredId, lastId, doing, failure } = branch;
  if (enteredId > lastId) broken.push(`'${state}' was entered after its branch's newest event`);
  if (failure !== undefined) return;
  if (hasCommand(branch)) commands.push(commandName(branch));
  if (doing.kind === 'map' && doing.iterations.length > doing.length) {
    broken.push(`the Map '${state}' has more iterations than items`);
  }
  for (const child of listChildren(branch) ?? []) {
    if (!isDone(child) && child.failure !== undefined) {
      broken.push(`'${state}' keeps running after one of its branches failed`);
    }
    checkBranch(snapshot, child, commands, broken);
  }
}
