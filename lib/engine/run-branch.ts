/**
 * The loop that runs a branch, and the branches inside it, from state to state until it is blocked,
 * done or failed. It decides the order; what a state does is in `states/`.
 */
import type { Json } from '../asl/json/json.ts';
import { assert, assertNever } from '../errors.ts';
import { cancelCommands } from './abort.ts';
import { notTruncated } from './history-event.ts';
import type { MapNode, ParallelNode } from './node.ts';
import { recover } from './recovery.ts';
import { type Branch, type Doing, type Done, isDone, type RetryDoing } from './snapshot.ts';
import { runChoice } from './states/choice.ts';
import { runDistributedMap } from './states/distributed-map.ts';
import { runFail } from './states/fail.ts';
import { continueMap, createMapDoing, joinMap, runMap } from './states/map.ts';
import { joinParallel, runParallel } from './states/parallel.ts';
import { runPass } from './states/pass.ts';
import { runSucceed } from './states/succeed.ts';
import { runTask } from './states/task.ts';
import { runWait } from './states/wait.ts';
import { type Failed, type Finished, type Step, toFailed, toFailureDetails } from './step.ts';
import { type AssignedDetails, assign } from './variables.ts';
import { type Frame, toHistoryType, Visit } from './visit.ts';

/** Runs the branch from `step`, the latest result of its state. */
export function runBranch(visit: Visit, step: Step): Branch | Done {
  let current = step;
  let caught = false;
  for (;;) {
    switch (current.kind) {
      case 'blocked':
        return visit.block(current.doing);
      case 'forked':
        current = runChildren(visit, current.children, 0);
        break;
      case 'failed': {
        if (!caught) stopChildren(visit);
        const recovered: Step = caught ? current : recover(visit, current);
        if (recovered.kind === 'failed') return failBranch(visit, recovered);
        caught = recovered.kind === 'finished';
        current = recovered;
        break;
      }
      case 'finished': {
        const failure = exitState(visit, current);
        if (failure !== undefined) {
          current = failure;
          break;
        }
        markExit(visit, caught);
        const { next, output } = current;
        if (next === null) return toDone(visit, output);
        visit.moveTo(next, output);
        caught = false;
        current = enterState(visit);
        break;
      }
      default:
        return assertNever(current);
    }
  }
}

/** Outputs that are shorter, in characters, are not counted: the number of branches bounds them. */
const shortOutputMax = 1_000;

function toDone({ outputChars: chars, lastId }: Visit, output: Json): Done {
  return chars > shortOutputMax ? { output, lastId, chars } : { output, lastId };
}

function markExit({ transition, node, enteredAt }: Visit, caught: boolean): void {
  transition.marks.push({ kind: 'exited', state: node.name, ms: transition.at - enteredAt });
  if (caught) transition.marks.push({ kind: 'caught', state: node.name, ms: 0 });
}

/** Cancels what a failed Parallel or Map still had running. */
function stopChildren({ transition, children }: Visit): void {
  for (const child of children ?? []) cancelCommands(transition, child);
}

/** Enters the state that the visit moved to, unless this transition has entered its maximum. */
export function enterState(visit: Visit): Step {
  const { transition } = visit;
  if (transition.isFull) return { kind: 'blocked', doing: { kind: 'entry', at: transition.at } };
  transition.stepsLeft -= 1;
  try {
    visit.enter();
  } catch (thrown) {
    return toFailed(thrown, visit);
  }
  return runState(visit);
}

/** Runs the state from its beginning; a `StateError` that it throws is its failure. */
export function runState(visit: Visit): Step {
  visit.transition.budget.renew();
  visit.children = null;
  return guarded(visit, startState);
}

/**
 * Runs the branches of a Parallel or Map that have not entered a state yet, beginning with the one
 * at `from`, until one fails, and returns the next step of the state. Appends the iterations that a
 * Map starts to `children`.
 */
export function runChildren(visit: Visit, children: (Branch | Done)[], from: number): Step {
  visit.children = children;
  for (let index = from; index < children.length; index++) {
    const child = children[index];
    assert(child !== undefined, 'every index has a child');
    if (visit.transition.isFull) break;
    if (isDone(child) || child.doing.kind !== 'entry') continue;
    const inner = new Visit(visit.transition, childFrame(visit, index), child);
    const ran = runBranch(inner, enterState(inner));
    children[index] = ran;
    if (isDone(ran)) {
      const failure = recordChildDone(visit, children, index, ran);
      if (failure !== undefined) return failure;
    } else if (ran.failure !== undefined) break;
  }
  return guarded(visit, joinChildren);
}

/**
 * Records in a Parallel or Map that one of its branches is done. A Map may start another iteration;
 * returns its failure when that fails.
 */
export function recordChildDone(
  visit: Visit,
  children: (Branch | Done)[],
  index: number,
  done: Done,
): Failed | undefined {
  const { node } = visit;
  if (node.type !== 'Map') return undefined;
  try {
    continueMap(visit, node, children, index, done);
    return undefined;
  } catch (thrown) {
    return toFailed(thrown, visit);
  }
}

/** Returns the frame of the branch at `index` of a Parallel or Map. */
export function childFrame(host: Visit, index: number): Frame {
  const node = hostNode(host);
  const graph = node.type === 'Map' ? node.processor : node.branches[index];
  assert(graph !== undefined, 'a Parallel has a graph for every branch');
  return { graph, host, index };
}

/** Runs `act`; a `StateError` that it throws becomes the state's failure. */
export function guarded(visit: Visit, act: (visit: Visit) => Step): Step {
  try {
    return act(visit);
  } catch (thrown) {
    return toFailed(thrown, visit);
  }
}

function startState(visit: Visit): Step {
  const { node } = visit;
  switch (node.type) {
    case 'Task':
      return runTask(visit, node);
    case 'Pass':
      return runPass(visit, node);
    case 'Choice':
      return runChoice(visit, node);
    case 'Wait':
      return runWait(visit, node);
    case 'Succeed':
      return runSucceed(visit, node);
    case 'Fail':
      return runFail(visit, node);
    case 'Parallel':
      return runParallel(visit, node);
    case 'Map':
      return runMap(visit, node);
    case 'DistributedMap':
      return runDistributedMap(visit, node);
    default:
      return assertNever(node);
  }
}

function joinChildren(visit: Visit): Step {
  const node = hostNode(visit);
  const children = visit.children ?? [];
  return node.type === 'Map' ? joinMap(visit, node, children) : joinParallel(visit, node, children);
}

function hostNode({ node }: Visit): ParallelNode | MapNode {
  assert(node.type === 'Map' || node.type === 'Parallel', 'only Parallel and Map have children');
  return node;
}

/** Records that the state is exited; returns a failure instead when its data exceeds the limits. */
export function exitState(visit: Visit, { output, assigned }: Finished): Failed | undefined {
  const { transition, node } = visit;
  let text: string;
  let variables: AssignedDetails | undefined;
  try {
    text = transition.encode(output, node.name);
    visit.outputChars = text.length;
    variables = assigned === undefined ? undefined : assign(visit, assigned);
  } catch (thrown) {
    return toFailed(thrown, visit);
  }
  const type = toHistoryType(node);
  assert(type !== 'Fail', 'a Fail state never finishes');
  const details = { name: node.name, output: text, outputDetails: notTruncated };
  visit.record(`${type}StateExited`, {
    stateExitedEventDetails: variables === undefined ? details : { ...details, ...variables },
  });
  return undefined;
}

/**
 * Keeps the failed branch in its state, ready for a redrive: in its branches when it had any,
 * otherwise from the beginning of the state.
 */
function failBranch(visit: Visit, failure: Failed): Branch {
  visit.retries = [];
  visit.startsLater = false;
  return visit.fail(redriveFrom(visit), toFailureDetails(failure.error, failure.cause));
}

function redriveFrom(visit: Visit): Doing {
  const { node, children } = visit;
  if (visit.enteredId === 0) return { kind: 'entry', at: visit.transition.at };
  if (children !== null && node.type === 'Parallel')
    return { kind: 'parallel', branches: children };
  if (children !== null && node.type === 'Map') {
    return createMapDoing(visit, children);
  }
  visit.attempt += 1;
  return retryAt(visit);
}

/** Returns how a redrive runs the state again: a Map's run that was accepted continues. */
export function retryAt({ transition, mapRun }: Visit): RetryDoing {
  const { at } = transition;
  return mapRun === undefined ? { kind: 'retry', at } : { kind: 'retry', at, mapRun };
}
