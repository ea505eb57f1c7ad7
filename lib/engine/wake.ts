/**
 * Finds the branches that an event concerns and runs them; all other branches are shared with the
 * previous snapshot.
 */
import type { Json } from '../asl/json/json.ts';
import { assert, assertNever } from '../errors.ts';
import { readTimer } from './due-at.ts';
import type { DistributedMapNode, TaskNode } from './node.ts';
import {
  childFrame,
  enterState,
  guarded,
  recordChildDone,
  retryAt,
  runBranch,
  runChildren,
  runState,
} from './run-branch.ts';
import {
  type Branch,
  commandName,
  type Doing,
  type Done,
  hasCommand,
  isDone,
  listChildren,
  type MapRunDoing,
  type TaskDoing,
} from './snapshot.ts';
import { acceptMapRun, failMapRun, succeedMapRun } from './states/distributed-map.ts';
import { refillMap, resumeMap } from './states/map.ts';
import { failTask, startTask, submitTask, succeedTask, timeOutTask } from './states/task.ts';
import { endWait } from './states/wait.ts';
import type { Failed, Step } from './step.ts';
import { changesTimes, changeTimes } from './task/task-times.ts';
import type { TransitionContext } from './transition-context.ts';
import { type Frame, Visit } from './visit.ts';

/** The kinds of events that wake branches. */
export type Wake = Answer | Timers | Redrive;

/** A report about one command. */
export type Answer = {
  readonly kind: 'answer';
  readonly command: string;
  /** The first part of the command's name, as a number. */
  readonly enteredId: number;
} & (
  | { readonly outcome: 'succeeded'; readonly result: Json }
  | {
      readonly outcome: 'failed';
      readonly error: string | undefined;
      readonly cause: string | undefined;
    }
  | { readonly outcome: 'submitted'; readonly output: Json }
  | { readonly outcome: 'started'; readonly workerName: string | undefined }
  | { readonly outcome: 'held' | 'permitted' | 'heartbeat' }
);

/** All timers due at or before `at` fire. */
export interface Timers {
  readonly kind: 'timers';
  readonly at: number;
}

/** Every branch that did not succeed runs again. */
export interface Redrive {
  readonly kind: 'redrive';
  /** Id of the ExecutionRedriven event. */
  readonly redrivenId: number;
}

/** Whether the event concerns this branch or one inside it. */
export function concerns(wake: Wake, branch: Branch | Done): branch is Branch {
  if (isDone(branch)) return false;
  if (wake.kind === 'redrive') return true;
  const children = listChildren(branch);
  if (children !== undefined) {
    const isDue = wake.kind === 'timers' && readTimer(branch) <= wake.at;
    return isDue || children.some((child) => concerns(wake, child));
  }
  if (wake.kind === 'timers') return readTimer(branch) <= wake.at;
  // Numbers are compared first: a wide Map checks thousands of branches for every answer.
  return (
    branch.enteredId === wake.enteredId &&
    hasCommand(branch) &&
    commandName(branch) === wake.command &&
    hasEffect(wake, branch.doing)
  );
}

/**
 * Whether the answer changes the branch: a command is accepted once and started once, and a map run
 * is never started by a worker.
 */
function hasEffect({ outcome }: Answer, doing: Doing): boolean {
  if (outcome === 'succeeded' || outcome === 'failed') return true;
  if (doing.kind === 'mapRun') return outcome === 'submitted' && isUnaccepted(doing);
  if (doing.kind !== 'task') return false;
  switch (outcome) {
    case 'submitted':
      return doing.submitted !== true;
    case 'started':
      return doing.started !== true;
    default:
      return changesTimes(outcome, doing);
  }
}

/** Whether the start of the run, or its redrive, has not been accepted yet. */
function isUnaccepted({ run, isRedrive }: MapRunDoing): boolean {
  return run !== undefined || isRedrive === true;
}

/** Runs a branch that the event {@link concerns}; returns the same branch when nothing changes. */
export function wakeBranch(
  transition: TransitionContext,
  frame: Frame,
  branch: Branch,
  wake: Wake,
): Branch | Done {
  const children = listChildren(branch);
  if (children !== undefined) return wakeChildren(transition, frame, branch, children, wake);
  if (wake.kind === 'answer' && branch.doing.kind === 'task') {
    const doing = changeTimes(branch.doing, wake.outcome, transition.at);
    if (doing !== null) return { ...branch, doing };
  }
  const visit = new Visit(transition, frame, branch);
  if (wake.kind === 'redrive') prepareRedrive(visit, branch, wake);
  if (wake.kind !== 'answer' && transition.isFull) {
    // This transition has done its share: the branch stays due for the next one.
    return wake.kind === 'timers' ? branch : visit.block(runAgain(visit));
  }
  transition.budget.renew();
  return runBranch(
    visit,
    guarded(visit, (woken) => nextStep(woken, branch, wake)),
  );
}

function wakeChildren(
  transition: TransitionContext,
  frame: Frame,
  branch: Branch,
  children: readonly (Branch | Done)[],
  wake: Wake,
): Branch | Done {
  const visit = new Visit(transition, frame, branch);
  if (visit.node.type === 'Map' && branch.doing.kind === 'map') {
    resumeMap(visit, visit.node, branch.doing);
  }
  const next = [...children];
  const found = wakeEach(visit, children, next, wake);
  if (wake.kind !== 'redrive') {
    const isDue = wake.kind === 'timers' && readTimer(branch) <= wake.at;
    if (!found.changed && !isDue) return branch;
  } else {
    visit.retries = [];
  }
  visit.children = next;
  if (found.failure !== undefined) return runBranch(visit, found.failure);
  return runBranch(
    visit,
    guarded(visit, () => {
      if (wake.kind !== 'answer' && visit.node.type === 'Map' && !found.failed) {
        refillMap(visit, visit.node, next);
      }
      // After a failure no branch starts, and the state fails at once.
      return runChildren(visit, next, found.failed ? next.length : children.length);
    }),
  );
}

/** Wakes each child that the event concerns, even after one failed: all of them were due. */
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
    const woken = wakeBranch(visit.transition, childFrame(visit, index), child, wake);
    next[index] = woken;
    changed ||= woken !== child;
    if (isDone(woken)) failure ??= recordChildDone(visit, next, index, woken);
    else failed ||= woken.failure !== undefined;
    if (wake.kind === 'answer') break;
  }
  return { changed, failed, failure };
}

function nextStep(visit: Visit, branch: Branch, wake: Wake): Step {
  const { transition, node } = visit;
  if (visit.enteredId === 0) return enterState(visit);
  if (wake.kind === 'redrive' || branch.doing.kind === 'retry') {
    transition.stepsLeft -= 1;
    return runState(visit);
  }
  if (wake.kind === 'timers' && node.type === 'Wait') return endWait(visit, node);
  if (wake.kind === 'answer' && node.type === 'DistributedMap') {
    return answerMapRun(visit, node, branch.doing, wake);
  }
  assert(
    node.type === 'Task' && branch.doing.kind === 'task',
    'only a Task is answered or times out',
  );
  if (wake.kind === 'timers') {
    transition.cancel(commandName(branch));
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
    case 'held':
    case 'permitted':
    case 'heartbeat':
      throw new Error(`invariant broken: an answer '${answer.outcome}' does not run a state`);
    default:
      return assertNever(answer);
  }
}

function answerMapRun(visit: Visit, node: DistributedMapNode, doing: Doing, answer: Answer): Step {
  switch (answer.outcome) {
    case 'succeeded':
      return succeedMapRun(visit, node, answer.result);
    case 'failed':
      return failMapRun(visit, answer.error, answer.cause);
    case 'submitted':
      return { kind: 'blocked', doing: acceptMapRun(doing) };
    default:
      throw new Error(`invariant broken: the run of a Map is never ${answer.outcome}`);
  }
}

/** Resets the retries; an open command gets a new name. */
function prepareRedrive(visit: Visit, { doing }: Branch, { redrivenId }: Redrive): void {
  visit.lastId = redrivenId;
  visit.retries = [];
  if (doing.kind === 'task' || doing.kind === 'mapRun') visit.attempt += 1;
}

function runAgain(visit: Visit): Doing {
  const { enteredId, transition } = visit;
  return enteredId === 0 ? { kind: 'entry', at: transition.at } : retryAt(visit);
}
