/**
 * The loop that runs a branch through its states until it is blocked, done or failed, and the
 * branches inside it. It owns the order of things; what a state does is in `states/`.
 */
import { assert, assertNever } from '../errors.ts';
import { cancelCommands } from './abort.ts';
import { whole } from './history-event.ts';
import { recover } from './recovery.ts';
import { type Branch, type Doing, type Done, isDone } from './snapshot.ts';
import { runChoice } from './states/choice.ts';
import { runDistributedMap } from './states/distributed-map.ts';
import { runFail } from './states/fail.ts';
import { continueMap, type MapNode, mapDoing, runMap, settleMap } from './states/map.ts';
import { type ParallelNode, runParallel, settleParallel } from './states/parallel.ts';
import { runPass } from './states/pass.ts';
import { runSucceed } from './states/succeed.ts';
import { runTask } from './states/task.ts';
import { runWait } from './states/wait.ts';
import { type Failed, type Finished, failureFrom, failureOf, type Step } from './step.ts';
import { type AssignedDetails, assign } from './variables.ts';
import { type Frame, Visit, wordOf } from './visit.ts';

/** Runs the branch on from `step`, what its state has come to. */
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
        const failure = exit(visit, current);
        if (failure !== undefined) {
          current = failure;
          break;
        }
        const { next, output } = current;
        if (next === null) return { output, lastId: visit.lastId };
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

/** What a failed Parallel or Map had running is of no more use. */
function stopChildren({ turn, children }: Visit): void {
  for (const child of children ?? []) cancelCommands(turn, child);
}

/** Enters the state that the visit has moved to, unless this transition has entered enough. */
export function enterState(visit: Visit): Step {
  const { turn } = visit;
  if (turn.stepsLeft <= 0) return { kind: 'blocked', doing: { kind: 'entry', at: turn.at } };
  turn.stepsLeft -= 1;
  try {
    visit.enter();
  } catch (thrown) {
    return failureFrom(thrown, visit);
  }
  return runState(visit);
}

/** Does what the state does, from its beginning; what it throws is its failure. */
export function runState(visit: Visit): Step {
  visit.children = null;
  return guarded(visit, startState);
}

/**
 * Runs the branches of a Parallel or Map that have been started and not entered yet, from the one
 * at `from` on, until one fails, and says what the state has come to. `children` is added to.
 */
export function runChildren(visit: Visit, children: (Branch | Done)[], from: number): Step {
  visit.children = children;
  for (let index = from; index < children.length; index++) {
    const child = children[index];
    assert(child !== undefined, 'a child stands at every index');
    if (visit.turn.stepsLeft <= 0) break;
    if (isDone(child) || child.doing.kind !== 'entry') continue;
    const inner = new Visit(visit.turn, childFrame(visit, index), child);
    const ran = runBranch(inner, enterState(inner));
    children[index] = ran;
    if (isDone(ran)) {
      const failure = childDone(visit, children, index, ran);
      if (failure !== undefined) return failure;
    } else if (ran.failure !== undefined) break;
  }
  return guarded(visit, settle);
}

/**
 * Tells a Parallel or Map that one of its branches is done; a Map may start another, and may fail
 * at that.
 */
export function childDone(
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
    return failureFrom(thrown, visit);
  }
}

/** The frame that the branch at `index` of a Parallel or Map runs in. */
export function childFrame(host: Visit, index: number): Frame {
  const node = hostNode(host);
  const graph = node.type === 'Map' ? node.processor : node.branches[index];
  assert(graph !== undefined, 'a Parallel has a graph for every branch');
  return { graph, host, index };
}

/** Runs `act`; a `StateError` that it throws is the state's failure. */
export function guarded(visit: Visit, act: (visit: Visit) => Step): Step {
  try {
    return act(visit);
  } catch (thrown) {
    return failureFrom(thrown, visit);
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

function settle(visit: Visit): Step {
  const node = hostNode(visit);
  const children = visit.children ?? [];
  return node.type === 'Map'
    ? settleMap(visit, node, children)
    : settleParallel(visit, node, children);
}

function hostNode({ node }: Visit): ParallelNode | MapNode {
  assert(node.type === 'Map' || node.type === 'Parallel', 'only Parallel and Map have children');
  return node;
}

/** Records that the state is left; answers a failure instead when its data is over the limits. */
export function exit(visit: Visit, { output, assigned }: Finished): Failed | undefined {
  const { turn, node } = visit;
  let text: string;
  let variables: AssignedDetails | undefined;
  try {
    text = turn.textOf(output, node.name);
    variables = assigned === undefined ? undefined : assign(visit, assigned);
  } catch (thrown) {
    return failureFrom(thrown, visit);
  }
  const word = wordOf(node);
  assert(word !== 'Fail', 'a Fail state never finishes');
  const left = { name: node.name, output: text, outputDetails: whole };
  visit.record(`${word}StateExited`, {
    stateExitedEventDetails: variables === undefined ? left : { ...left, ...variables },
  });
  return undefined;
}

/**
 * The branch stays in its state, ready to run it again: in its branches where it had any, else from
 * the beginning.
 */
function failBranch(visit: Visit, failure: Failed): Branch {
  visit.retries = [];
  return visit.fail(whereItFailed(visit), failureOf(failure.error, failure.cause));
}

function whereItFailed(visit: Visit): Doing {
  const { node, children } = visit;
  if (visit.enteredId === 0) return { kind: 'entry', at: visit.turn.at };
  if (children !== null && node.type === 'Parallel')
    return { kind: 'parallel', branches: children };
  if (children !== null && node.type === 'Map') {
    return mapDoing(visit, children);
  }
  visit.attempt += 1;
  return { kind: 'retry', at: visit.turn.at };
}
