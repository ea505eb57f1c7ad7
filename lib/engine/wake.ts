/**
 * Finds the branches that an event is about and runs them on from there; all others are shared with
 * the snapshot before.
 */
import type { Json } from '../asl/json/json.ts';
import { assert, assertNever } from '../errors.ts';
import { timerOf } from './due-at.ts';
import {
  childDone,
  childFrame,
  enterState,
  guarded,
  runBranch,
  runChildren,
  runState,
} from './run-branch.ts';
import {
  type Branch,
  childrenOf,
  commandOf,
  type Doing,
  type Done,
  hasCommand,
  isDone,
  type TaskDoing,
} from './snapshot.ts';
import { type DistributedMapNode, failMapRun, succeedMapRun } from './states/distributed-map.ts';
import { refillMap, resumeMap } from './states/map.ts';
import {
  failTask,
  startTask,
  submitTask,
  succeedTask,
  type TaskNode,
  timeOutTask,
} from './states/task.ts';
import { endWait } from './states/wait.ts';
import type { Failed, Step } from './step.ts';
import type { Turn } from './turn.ts';
import { type Frame, Visit } from './visit.ts';

/** What wakes branches. */
export type Wake = Answer | Timers | Redrive;

/** A word about one command. */
export type Answer = {
  readonly kind: 'answer';
  readonly command: string;
  /** The first part of the command's name. */
  readonly enteredId: number;
} & (
  | { readonly outcome: 'succeeded'; readonly result: Json }
  | { readonly outcome: 'failed'; readonly error: string; readonly cause: string }
  | { readonly outcome: 'submitted'; readonly output: Json }
  | { readonly outcome: 'started'; readonly workerName: string | undefined }
  | { readonly outcome: 'alive' }
);

/** Time has come to `at`. */
export interface Timers {
  readonly kind: 'timers';
  readonly at: number;
}

/** Whatever did not succeed runs again. */
export interface Redrive {
  readonly kind: 'redrive';
  /** Id of the event that says so. */
  readonly redrivenId: number;
}

/** Whether the event is about this branch or one inside it. */
export function concerns(wake: Wake, branch: Branch | Done): branch is Branch {
  if (isDone(branch)) return false;
  if (wake.kind === 'redrive') return true;
  const children = childrenOf(branch);
  if (children !== undefined) return children.some((child) => concerns(wake, child));
  if (wake.kind === 'timers') return timerOf(branch) <= wake.at;
  // numbers first: a wide Map compares thousands for every answer
  return (
    branch.enteredId === wake.enteredId &&
    hasCommand(branch) &&
    commandOf(branch) === wake.command &&
    saysSomething(wake, branch.doing)
  );
}

/**
 * A second word that the command was accepted, or taken up, says nothing new, and the run of a Map
 * is taken up by nobody.
 */
function saysSomething({ outcome }: Answer, doing: Doing): boolean {
  if (outcome === 'succeeded' || outcome === 'failed') return true;
  if (doing.kind === 'mapRun') return outcome === 'submitted' && doing.run !== undefined;
  if (doing.kind !== 'task') return false;
  const { submitted, started } = doing;
  return outcome === 'submitted' ? submitted !== true : outcome === 'alive' || started !== true;
}

/**
 * Runs a branch that the event {@link concerns}; answers the same branch when nothing comes of it.
 */
export function wakeBranch(turn: Turn, frame: Frame, branch: Branch, wake: Wake): Branch | Done {
  const children = childrenOf(branch);
  if (children !== undefined) return wakeChildren(turn, frame, branch, children, wake);
  if (wake.kind === 'answer' && wake.outcome === 'alive') return keepAlive(turn, branch);
  const visit = new Visit(turn, frame, branch);
  if (wake.kind === 'redrive') prepareRedrive(visit, branch, wake);
  if (wake.kind !== 'answer' && turn.stepsLeft <= 0) {
    // one state too many for this transition: it stays due, and the next one runs it
    return wake.kind === 'timers' ? branch : visit.block(runAgain(visit));
  }
  return runBranch(
    visit,
    guarded(visit, (woken) => stepFrom(woken, branch, wake)),
  );
}

function wakeChildren(
  turn: Turn,
  frame: Frame,
  branch: Branch,
  children: readonly (Branch | Done)[],
  wake: Wake,
): Branch | Done {
  const visit = new Visit(turn, frame, branch);
  if (visit.node.type === 'Map' && branch.doing.kind === 'map') {
    resumeMap(visit, visit.node, branch.doing);
  }
  const next = [...children];
  const found = wakeEach(visit, children, next, wake);
  if (wake.kind !== 'redrive') {
    if (!found.changed) return branch;
  } else {
    visit.retries = [];
  }
  visit.children = next;
  if (found.failure !== undefined) return runBranch(visit, found.failure);
  return runBranch(
    visit,
    guarded(visit, () => {
      if (wake.kind === 'redrive' && visit.node.type === 'Map') {
        refillMap(visit, visit.node, next);
      }
      // after a failure nothing new begins, and the state is settled at once
      return runChildren(visit, next, found.failed ? next.length : children.length);
    }),
  );
}

/** Wakes each child that is concerned, all of them even when one fails: they had all been due. */
function wakeEach(
  visit: Visit,
  children: readonly (Branch | Done)[],
  next: (Branch | Done)[],
  wake: Wake,
): { changed: boolean; failed: boolean; failure: Failed | undefined } {
  let changed = false;
  let failed = false;
  let failure: Failed | undefined;
  for (const [index, child] of children.entries()) {
    if (!concerns(wake, child)) continue;
    const woken = wakeBranch(visit.turn, childFrame(visit, index), child, wake);
    next[index] = woken;
    changed ||= woken !== child;
    if (isDone(woken)) failure ??= childDone(visit, next, index, woken);
    else failed ||= woken.failure !== undefined;
    if (wake.kind === 'answer') break;
  }
  return { changed, failed, failure };
}

function stepFrom(visit: Visit, branch: Branch, wake: Wake): Step {
  const { turn, node } = visit;
  if (visit.enteredId === 0) return enterState(visit);
  if (wake.kind === 'redrive' || branch.doing.kind === 'retry') {
    turn.stepsLeft -= 1;
    return runState(visit);
  }
  if (wake.kind === 'timers' && node.type === 'Wait') return endWait(visit, node);
  if (wake.kind === 'answer' && node.type === 'DistributedMap') {
    return answerMapRun(visit, node, wake);
  }
  assert(
    node.type === 'Task' && branch.doing.kind === 'task',
    'only a Task is answered or times out',
  );
  if (wake.kind === 'timers') {
    turn.cancel(commandOf(branch));
    return timeOutTask(visit, node, branch.doing);
  }
  return answerTask(visit, node, branch.doing, wake);
}

function answerTask(visit: Visit, node: TaskNode, doing: TaskDoing, answer: Answer): Step {
  switch (answer.outcome) {
    case 'succeeded':
      return succeedTask(visit, node, answer.result);
    case 'failed':
      return failTask(visit, node, answer.error, answer.cause);
    case 'submitted':
      return submitTask(visit, node, doing, answer.output);
    case 'started':
      return startTask(visit, doing, answer.workerName);
    case 'alive':
      throw new Error('invariant broken: a heartbeat does not run a state');
    default:
      return assertNever(answer);
  }
}

function answerMapRun(visit: Visit, node: DistributedMapNode, answer: Answer): Step {
  switch (answer.outcome) {
    case 'succeeded':
      return succeedMapRun(visit, node, answer.result);
    case 'failed':
      return failMapRun(visit, answer.error, answer.cause);
    case 'submitted':
      return { kind: 'blocked', doing: { kind: 'mapRun' } };
    default:
      throw new Error(`invariant broken: the run of a Map is never ${answer.outcome}`);
  }
}

/** Retries count anew; a command that was out gets a new name. */
function prepareRedrive(visit: Visit, { doing }: Branch, { redrivenId }: Redrive): void {
  visit.lastId = redrivenId;
  visit.retries = [];
  if (doing.kind === 'task' || doing.kind === 'mapRun') visit.attempt += 1;
}

function runAgain({ enteredId, turn }: Visit): { kind: 'entry' | 'retry'; at: number } {
  return { kind: enteredId === 0 ? 'entry' : 'retry', at: turn.at };
}

function keepAlive(turn: Turn, branch: Branch): Branch {
  const { doing } = branch;
  if (doing.kind !== 'task' || doing.heartbeatMs === undefined) return branch;
  return { ...branch, doing: { ...doing, heartbeatAt: turn.at + doing.heartbeatMs } };
}
